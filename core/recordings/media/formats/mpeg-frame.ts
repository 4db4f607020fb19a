/** The header of one frame of MPEG audio, or of AAC in ADTS: what tells sound from noise, since it repeats. */
export interface MpegFrame {
  codec: 'MP3' | 'MPEG layer 1' | 'MPEG layer 2' | 'AAC'
  bytes: number
  samples: number
  rate: number
  /** Where Xing's and LAME's index stands in a first frame of layer 3. */
  indexAt: number
}

const layer3 = [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320]
const halfRate = [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160]
/** kbit/s by version (MPEG 1, or 2 and 2.5) and layer. */
const bitrates: Record<1 | 2, Record<1 | 2 | 3, number[]>> = {
  1: {
    1: [0, 32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448],
    2: [0, 32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384],
    3: layer3,
  },
  2: { 1: [0, 32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256], 2: halfRate, 3: halfRate },
}
const rates = [44_100, 48_000, 32_000]
const aacRates = [
  96_000, 88_200, 64_000, 48_000, 44_100, 32_000, 24_000, 22_050, 16_000, 12_000, 11_025, 8_000, 7_350,
]
const layers = [undefined, 3, 2, 1] as const

/** The frame whose header stands at `at`, or none. */
export function readMpegFrame(bytes: Uint8Array, at: number): MpegFrame | undefined {
  if (at + 7 > bytes.length || bytes[at] !== 0xff) return undefined
  const [, second = 0, third = 0, fourth = 0] = bytes.subarray(at, at + 4)
  if ((second & 0xf6) === 0xf0) return readAdts(bytes, at)
  const version = [2.5, undefined, 2, 1][(second >> 3) & 3]
  const layer = layers[(second >> 1) & 3]
  if ((second & 0xe0) !== 0xe0 || version === undefined || layer === undefined) return undefined
  const bitrate = bitrates[version === 1 ? 1 : 2][layer][third >> 4] ?? 0
  const rate = (rates[(third >> 2) & 3] ?? 0) / (version === 1 ? 1 : version === 2 ? 2 : 4)
  if (bitrate === 0 || rate === 0) return undefined
  const samples = layer === 1 ? 384 : layer === 3 && version !== 1 ? 576 : 1_152
  const slot = layer === 1 ? 4 : 1
  const padding = (third >> 1) & 1
  const mono = fourth >> 6 === 3
  return {
    codec: layer === 3 ? 'MP3' : `MPEG layer ${layer}`,
    bytes: (Math.floor((samples * bitrate * 125) / rate / slot) + padding) * slot,
    samples,
    rate,
    indexAt: 4 + (version === 1 ? (mono ? 17 : 32) : mono ? 9 : 17),
  }
}

function readAdts(bytes: Uint8Array, at: number): MpegFrame | undefined {
  const [, , third = 0, fourth = 0, fifth = 0, sixth = 0, seventh = 0] = bytes.subarray(at, at + 7)
  const length = ((fourth & 3) << 11) | (fifth << 3) | (sixth >> 5)
  const rate = aacRates[(third >> 2) & 15]
  if (rate === undefined || length < 8) return undefined
  return { codec: 'AAC', bytes: length, samples: 1_024 * ((seventh & 3) + 1), rate, indexAt: 0 }
}
