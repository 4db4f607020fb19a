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
  /** Nothing stands ahead of it, nor its sound ahead of its description or behind an empty part for sound: browsers agree. */
  wellOrdered: boolean
  /** Bytes of sound that the header promises; undefined when it leaves the end open, as recorders that stream do. */
  promised: number | undefined
  /** Bytes of sound that are there. */
  available: number
}

const MEDIA_TYPE = 'audio/wav'
/** Recorders write a part for each mark that an agent sets. */
const MOST_CHUNKS = 20_000
const EXTENSIBLE = 0xfffe

/** A size that stands for "until the end": of ffmpeg 0xffffffff, of sox 0x7ffff000, when they write into a pipe. */
const isOpenEnd = (size: number) => (size >= 0x7fff_0000 && size <= 0x7fff_ffff) || size >= 0xffff_f000

export const isWave = (head: Uint8Array): boolean => {
  const begin = beginOf(head)
  return (
    ['RIFF', 'RF64', 'BW64'].includes(latin1(head, begin, begin + 4)) &&
    latin1(head, begin + 8, begin + 12) === 'WAVE'
  )
}

/** Behind a tag of ID3v2, which some programs put ahead of everything. */
const beginOf = (head: Uint8Array): number => {
  if (head.length < 10 || latin1(head, 0, 3) !== 'ID3') return 0
  const size = head.subarray(6, 10).reduce((sum, byte) => sum * 128 + (byte & 0x7f), 0)
  return 10 + size + ((head[5] ?? 0) & 0x10 ? 10 : 0)
}

/** Throws Unusable when there is no sound behind it that could be told apart. */
export async function readWaveHeader(source: ByteSource): Promise<WaveHeader> {
  const begin = beginOf(await source.read(0, 10))
  const long = latin1(await source.read(begin, begin + 4)) !== 'RIFF'
  let form: Form | undefined
  let factSamples: number | undefined
  let longData: number | undefined
  let sound: (Sound & { empty: boolean }) | undefined
  let wellOrdered = begin === 0
  let at = begin + 12
  for (let count = 0; count < MOST_CHUNKS && !(form && sound && !sound.empty); count++) {
    const head = await source.read(at, at + 8)
    if (head.length < 8) break
    const name = latin1(head, 0, 4)
    const size = viewOf(head).getUint32(4, true)
    const start = at + 8
    if (name === 'data' && (!sound || sound.empty)) {
      wellOrdered &&= form !== undefined && sound === undefined
      const empty = size === 0 && !longData && (await beginsChunk(source, start))
      sound = { start, size, long: longData, empty }
    } else if (name === 'fmt ') form = readForm(await source.read(start, start + Math.min(size, 4_096)))
    else if (name === 'fact' && size >= 4) factSamples = u32(await source.read(start, start + 4), 0)
    else if (name === 'ds64' && long) longData = longSize(await source.read(start, start + 16))
    at = start + size + (size % 2)
  }
  if (!sound) throw new Unusable(MEDIA_TYPE, 'It holds no sound: its header has no part for it.')
  if (!form) throw nonsense('nothing describes the sound')
  return { ...form, factSamples, dataStart: sound.start, wellOrdered, ...(await endOf(source, sound)) }
}

type Form = Omit<WaveHeader, 'factSamples' | 'dataStart' | 'wellOrdered' | 'promised' | 'available'>

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

/** Where a file has its sound, and how much of it by its own and by the long form's word. */
interface Sound {
  start: number
  size: number
  long: number | undefined
}

async function endOf(
  source: ByteSource,
  { start, size, long }: Sound,
): Promise<Pick<WaveHeader, 'promised' | 'available'>> {
  const there = Math.max(0, source.size - start)
  const open = isOpenEnd(size)
  if (long !== undefined && (open || size === 0)) return { promised: long, available: Math.min(long, there) }
  if (open && (size > there || size === 0xffff_ffff)) return { promised: undefined, available: there }
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

/** Of `ds64`, where whoever writes into a pipe leaves zeros or ones: no promise. */
const longSize = (ds64: Uint8Array): number | undefined => {
  const size = ds64.length >= 16 ? viewOf(ds64).getBigUint64(8, true) : 0n
  return size === 0n || size === 0xffff_ffff_ffff_ffffn ? undefined : Number(size)
}

const nonsense = (what: string) => new Unusable(MEDIA_TYPE, `Its header is nonsense: ${what}.`)
