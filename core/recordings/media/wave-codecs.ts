import type { WaveHeader } from './wave-header.ts'

/** How the sound of a WAV file is written, by the number in its header. */
export const PCM = 0x0001
export const MS_ADPCM = 0x0002
export const FLOAT = 0x0003
export const A_LAW = 0x0006
export const MU_LAW = 0x0007
export const IMA_ADPCM = 0x0011
export const GSM_610 = 0x0031
export const MP3 = 0x0055

/** GSM 6.10 in WAV: two frames share a block, the second beginning in the middle of a byte. */
export const GSM_BLOCK_BYTES = 65
export const GSM_BLOCK_SAMPLES = 320

const names: Record<number, string> = {
  [MS_ADPCM]: 'MS ADPCM',
  [A_LAW]: 'A-law',
  [MU_LAW]: 'mu-law',
  [IMA_ADPCM]: 'IMA ADPCM',
  [GSM_610]: 'GSM 6.10',
  [MP3]: 'MP3',
  0x0010: 'OKI ADPCM',
  0x0014: 'G.723 ADPCM',
  0x0017: 'OKI ADPCM',
  0x0020: 'Yamaha ADPCM',
  0x0022: 'TrueSpeech',
  0x0040: 'G.721 ADPCM',
  0x0042: 'G.723.1',
  0x0045: 'G.726',
  0x0050: 'MPEG layer 2',
  0x0064: 'G.726',
  0x0065: 'G.722',
  0x0083: 'G.729',
  0x00ff: 'AAC',
  0x0130: 'ACELP.net',
  0x0133: 'G.729',
  0x0134: 'G.729',
  0x0160: 'WMA 1',
  0x0161: 'WMA',
  0x0162: 'WMA Pro',
  0x028f: 'G.722',
  0x1600: 'AAC',
  0xa100: 'G.723.1',
  0xa109: 'Speex',
  0xf1ac: 'FLAC',
}

/** As people call it, with the number where nobody does. */
export function waveCodec({ format, bits }: Pick<WaveHeader, 'format' | 'bits'>): string {
  if (format === PCM) return `PCM ${bits} bit`
  if (format === FLOAT) return `PCM float ${bits} bit`
  return names[format] ?? `WAV codec 0x${format.toString(16).padStart(4, '0')}`
}

/** What Chromium and Firefox play in a WAV file: these widths, and no fewer than 3,000 samples a second. */
export function browsersPlayWave({
  format,
  bits,
  rate,
}: Pick<WaveHeader, 'format' | 'bits' | 'rate'>): boolean {
  if (rate < 3_000) return false
  if (format === PCM) return [8, 16, 24, 32].includes(bits)
  return (format === FLOAT && bits === 32) || format === A_LAW || format === MU_LAW
}

/**
 * Samples of each channel in a block of `bytes` bytes, from how the codec fills it: the header's own figure is only
 * trusted where there is no rule. A block that is cut short has what its bytes hold.
 */
export function samplesInBlock(header: WaveHeader, bytes: number): number {
  const { format, channels } = header
  switch (format) {
    case GSM_610:
      return bytes >= GSM_BLOCK_BYTES ? GSM_BLOCK_SAMPLES : bytes >= 33 ? GSM_BLOCK_SAMPLES / 2 : 0
    case IMA_ADPCM:
      return bytes < 4 * channels ? 0 : 1 + Math.floor((bytes - 4 * channels) / (4 * channels)) * 8
    case MS_ADPCM:
      return bytes < 7 * channels ? 0 : 2 + Math.floor(((bytes - 7 * channels) * 2) / channels)
    default:
      return bytes < header.blockAlign ? 0 : header.blockSamples
  }
}

/** How many samples of each channel so many bytes of sound hold, where blocks have a rule; else undefined. */
export function waveSamples(header: WaveHeader, bytes: number): number | undefined {
  const { format, channels, blockAlign, factSamples } = header
  if (format === PCM || format === FLOAT) return Math.floor(bytes / blockAlign)
  // Of these a sample is a byte, and what the header says of blocks is not looked at by players.
  if (format === A_LAW || format === MU_LAW) return Math.floor(bytes / channels)
  if (![GSM_610, IMA_ADPCM, MS_ADPCM].includes(format)) return undefined
  const inBlock = samplesInBlock(header, blockAlign)
  const samples = Math.floor(bytes / blockAlign) * inBlock + samplesInBlock(header, bytes % blockAlign)
  // The last block is padded: how much of it counts is said by `fact`, where it speaks of these bytes.
  const fits = factSamples !== undefined && factSamples <= samples && factSamples > samples - inBlock
  return fits ? factSamples : samples
}

/** How many seconds so many bytes of sound last; null when nothing says so. */
export function waveSeconds(header: WaveHeader, bytes: number): number | null {
  const { rate, bytesPerSecond, factSamples, promised } = header
  const samples = waveSamples(header, bytes)
  if (samples !== undefined) return samples / rate
  if (factSamples && bytes === promised) return factSamples / rate
  return bytesPerSecond > 0 ? bytes / bytesPerSecond : null
}
