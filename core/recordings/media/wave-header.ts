import type { ByteSource } from './byte-source.ts'
import { latin1, viewOf } from './byte-source.ts'
import { Unusable } from './inspection.ts'

/**
 * What stands before the sound of a WAV file (RIFF, or RF64 and BW64 beyond 4 GiB). Where the sound ends is looked at
 * twice: as the header promises it, and as the file has it.
 */
export interface WaveHeader {
  /** The codec: 1 is PCM, 0x31 GSM 6.10 … (wave-codecs.ts); that within WAVE_FORMAT_EXTENSIBLE is taken out. */
  format: number
  channels: number
  /** Samples a second, of each channel. */
  rate: number
  bytesPerSecond: number
  blockAlign: number
  bits: number
  /** Samples in a block of each channel, as the header has it; 0 where it has none. */
  blockSamples: number
  /** Of MS ADPCM: pairs of predictor coefficients. */
  coefficients: [number, number][]
  /** Samples of each channel by the `fact` chunk; undefined when there is none. */
  factSamples: number | undefined
  dataStart: number
  /** Bytes of sound that the header promises; undefined when it leaves the end open, as recorders that stream do. */
  promised: number | undefined
  /** Bytes of sound that are there. */
  available: number
}

const MEDIA_TYPE = 'audio/wav'
const MOST_CHUNKS = 256
const EXTENSIBLE = 0xfffe

/** A size that stands for "until the end": of ffmpeg 0xffffffff, of sox 0x7ffff000, when they write into a pipe. */
const OPEN_END = 0x7fff_0000

export const isWave = (head: Uint8Array): boolean =>
  ['RIFF', 'RF64', 'BW64'].includes(latin1(head, 0, 4)) && latin1(head, 8, 12) === 'WAVE'

/** Throws Unusable when there is no sound behind it that could be told apart. */
export async function readWaveHeader(source: ByteSource): Promise<WaveHeader> {
  const long = latin1(await source.read(0, 4)) !== 'RIFF'
  let form: Form | undefined
  let factSamples: number | undefined
  let longData: number | undefined
  let at = 12
  for (let count = 0; count < MOST_CHUNKS; count++) {
    const head = await source.read(at, at + 8)
    if (head.length < 8) break
    const name = latin1(head, 0, 4)
    const size = viewOf(head).getUint32(4, true)
    const start = at + 8
    if (name === 'data') {
      if (!form) throw nonsense('the sound comes before its description')
      const ends = { size, long: long ? longData : undefined }
      return { ...form, factSamples, dataStart: start, ...(await endOfSound(source, start, ends)) }
    }
    if (name === 'fmt ') form = readForm(await source.read(start, start + Math.min(size, 4_096)))
    else if (name === 'fact' && size >= 4) factSamples = u32(await source.read(start, start + 4), 0)
    else if (name === 'ds64') longData = u64(await source.read(start, start + 16), 8)
    at = start + size + (size % 2)
  }
  throw new Unusable(MEDIA_TYPE, 'It holds no sound: its header has no part for it.')
}

type Form = Omit<WaveHeader, 'factSamples' | 'dataStart' | 'promised' | 'available'>

function readForm(bytes: Uint8Array): Form {
  if (bytes.length < 14) throw nonsense('the description of the sound is cut short')
  const view = viewOf(bytes)
  const u16 = (at: number) => (at + 2 <= bytes.length ? view.getUint16(at, true) : 0)
  const named = u16(0)
  const format = named === EXTENSIBLE && bytes.length >= 26 ? u16(24) : named
  const form = {
    format,
    channels: u16(2),
    rate: view.getUint32(4, true),
    bytesPerSecond: view.getUint32(8, true),
    blockAlign: u16(12),
    bits: u16(14),
    blockSamples: named === EXTENSIBLE ? 0 : u16(18),
    coefficients: format === 2 ? readCoefficients(view) : [],
  }
  if (form.channels < 1 || form.channels > 64) throw nonsense(`it has ${form.channels} channels`)
  if (form.rate < 100 || form.rate > 1_000_000) throw nonsense(`it has ${form.rate} samples a second`)
  if (form.blockAlign === 0) throw nonsense('its blocks have no length')
  return form
}

function readCoefficients(view: DataView): [number, number][] {
  const count = view.byteLength >= 22 ? view.getUint16(20, true) : 0
  const pairs: [number, number][] = []
  for (let at = 22; pairs.length < count && at + 4 <= view.byteLength; at += 4)
    pairs.push([view.getInt16(at, true), view.getInt16(at + 2, true)])
  return pairs
}

async function endOfSound(
  source: ByteSource,
  start: number,
  { size, long }: { size: number; long: number | undefined },
): Promise<Pick<WaveHeader, 'promised' | 'available'>> {
  const there = Math.max(0, source.size - start)
  if (long !== undefined && (size >= OPEN_END || size === 0))
    return { promised: long, available: Math.min(long, there) }
  if (size >= OPEN_END && size > there) return { promised: undefined, available: there }
  // A recorder that was cut off left the size that it began with. What follows is sound, unless it is the next chunk.
  if (size === 0 && there > 0 && !(await beginsChunk(source, start))) return { promised: 0, available: there }
  return { promised: size, available: Math.min(size, there) }
}

const beginsChunk = async (source: ByteSource, at: number): Promise<boolean> => {
  const head = await source.read(at, at + 8)
  return (
    head.length === 8 &&
    /^[A-Za-z]{3}[A-Za-z0-9 ]$/.test(latin1(head, 0, 4)) &&
    at + 8 + u32(head, 4) <= source.size
  )
}

const u32 = (bytes: Uint8Array, at: number) =>
  bytes.length >= at + 4 ? viewOf(bytes).getUint32(at, true) : 0

const u64 = (bytes: Uint8Array, at: number) =>
  bytes.length >= at + 8 ? Number(viewOf(bytes).getBigUint64(at, true)) : 0

const nonsense = (what: string) => new Unusable(MEDIA_TYPE, `Its header is nonsense: ${what}.`)
