/**
 * Microsoft's ADPCM in WAV: a block begins, for each channel, with which pair of coefficients foretells a sample from
 * the two before, with how much a step is worth, and with two samples; then four bits a sample, channels in turn.
 */
export type Coefficients = readonly (readonly [number, number])[]

/** The pairs that every file has, and some do not write down. */
const usual: Coefficients = [
  [256, 0],
  [512, -256],
  [0, 0],
  [192, 64],
  [240, 0],
  [460, -208],
  [392, -232],
]
const adaptions = [230, 230, 230, 230, 307, 409, 512, 614, 768, 614, 512, 409, 307, 230, 230, 230]
const LEAST_STEP = 16

/** Decodes one block into `count` samples of each channel, interleaved, at `at`. */
export function decodeMsBlock(
  block: Uint8Array,
  channels: number,
  coefficients: Coefficients,
  count: number,
  samples: Int16Array,
  at: number,
): void {
  const word = (from: number) => (((block[from] ?? 0) | ((block[from + 1] ?? 0) << 8)) << 16) >> 16
  for (let channel = 0; channel < channels; channel++) {
    const pair = block[channel] ?? 0
    const [first, second] = coefficients[pair] ?? usual[pair] ?? [0, 0]
    let step = word(channels + channel * 2)
    let last = word(channels * 3 + channel * 2)
    let before = word(channels * 5 + channel * 2)
    let out = at + channel
    samples[out] = before
    out += channels
    if (count > 1) samples[out] = last
    for (let index = 0; index < count - 2; index++) {
      const nibble = index * channels + channel
      const byte = block[channels * 7 + (nibble >> 1)] ?? 0
      const code = nibble & 1 ? byte & 15 : byte >> 4
      const foretold = (last * first + before * second) >> 8
      const value = Math.max(-32_768, Math.min(32_767, foretold + (code > 7 ? code - 16 : code) * step))
      step = Math.max(LEAST_STEP, (step * (adaptions[code] ?? 0)) >> 8)
      before = last
      last = value
      out += channels
      samples[out] = value
    }
  }
}
