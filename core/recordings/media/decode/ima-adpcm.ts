/**
 * IMA ADPCM in WAV: a block begins with one sample and a place in the table of steps for each channel; then four bits a
 * sample, eight samples of one channel after eight of the other.
 */
const steps = [
  7, 8, 9, 10, 11, 12, 13, 14, 16, 17, 19, 21, 23, 25, 28, 31, 34, 37, 41, 45, 50, 55, 60, 66, 73, 80, 88, 97,
  107, 118, 130, 143, 157, 173, 190, 209, 230, 253, 279, 307, 337, 371, 408, 449, 494, 544, 598, 658, 724,
  796, 876, 963, 1060, 1166, 1282, 1411, 1552, 1707, 1878, 2066, 2272, 2499, 2749, 3024, 3327, 3660, 4026,
  4428, 4871, 5358, 5894, 6484, 7132, 7845, 8630, 9493, 10442, 11487, 12635, 13899, 15289, 16818, 18500,
  20350, 22385, 24623, 27086, 29794, 32767,
]
const moves = [-1, -1, -1, -1, 2, 4, 6, 8]

/** Decodes one block into `count` samples of each channel, interleaved, at `at`. */
export function decodeImaBlock(
  block: Uint8Array,
  channels: number,
  count: number,
  samples: Int16Array,
  at: number,
): void {
  for (let channel = 0; channel < channels; channel++) {
    const head = channel * 4
    let value = (((block[head] ?? 0) | ((block[head + 1] ?? 0) << 8)) << 16) >> 16
    let place = Math.min(block[head + 2] ?? 0, 88)
    let out = at + channel
    samples[out] = value
    for (let index = 0; index < count - 1; index++) {
      const byte = block[(channels + (index >> 3) * channels + channel) * 4 + ((index & 7) >> 1)] ?? 0
      const code = index & 1 ? byte >> 4 : byte & 15
      const step = steps[place] ?? 0
      let difference = step >> 3
      if (code & 1) difference += step >> 2
      if (code & 2) difference += step >> 1
      if (code & 4) difference += step
      value = Math.max(-32_768, Math.min(32_767, code & 8 ? value - difference : value + difference))
      place = Math.max(0, Math.min(88, place + (moves[code & 7] ?? 0)))
      out += channels
      samples[out] = value
    }
  }
}
