import type { ByteSource } from '../byte-source.ts'
import { BLOCK_BYTES, latin1, viewOf } from '../byte-source.ts'
import { type Finding, secondsText, Unusable } from '../inspection.ts'

/** A stream within an Ogg file, as its first page describes it. */
interface Stream {
  serial: number
  codec: string
  video: boolean
  playable: boolean
  /** Units of its positions in a second; 0 where they do not count evenly. */
  rate: number
  /** Units before the sound begins. */
  skipped: number
}

interface Page {
  /** Where it begins, and the next one should. */
  start: number
  end: number
  begins: boolean
  serial: number
  /** Where its last whole packet ends; undefined when none ends in it. */
  position: number | undefined
  body: number
}

const PAGE_HEADER = 27
/** 255 segments of 255 bytes. */
const LONGEST_PAGE = PAGE_HEADER + 255 + 255 * 255
const MOST_STREAMS = 8

export const isOgg = (head: Uint8Array): boolean => latin1(head, 0, 4) === 'OggS'

/** The streams by their first pages, the length by the last: what is between is not read. */
export async function inspectOgg(source: ByteSource): Promise<Finding> {
  const streams = await readStreams(source)
  const video = streams.some(stream => stream.video)
  const mediaType = video ? 'video/ogg' : 'audio/ogg'
  const [main] = streams
  if (!main) throw new Unusable(mediaType, 'It holds neither sound nor picture that is known here.')
  const { position, cut } = await readEnd(source, main)
  const seconds =
    main.rate > 0 && position !== undefined ? Math.max(0, position - main.skipped) / main.rate : null
  if (seconds === 0) throw new Unusable(mediaType, 'It holds no sound: it ends after its header.', main.codec)
  return {
    kind: video ? 'SCREEN' : 'AUDIO',
    mediaType,
    codec: [...new Set(streams.map(stream => stream.codec))].join(' + '),
    durationSeconds: seconds,
    playable: streams.every(stream => stream.playable),
    damage: cut
      ? `It is truncated: it breaks off${seconds === null ? '' : ` after ${secondsText(seconds)}`}, in the middle of a page.`
      : null,
  }
}

async function readPage(source: ByteSource, start: number): Promise<Page | undefined> {
  const head = await source.read(start, start + PAGE_HEADER + 255)
  if (head.length < PAGE_HEADER || !isOgg(head) || head[4] !== 0) return undefined
  const segments = head[26] ?? 0
  const body = start + PAGE_HEADER + segments
  const lengths = head.subarray(PAGE_HEADER, PAGE_HEADER + segments)
  const position = viewOf(head).getBigInt64(6, true)
  return {
    start,
    body,
    end: body + lengths.reduce((sum, length) => sum + length, 0),
    begins: ((head[5] ?? 0) & 2) !== 0,
    serial: viewOf(head).getUint32(14, true),
    position: position < 0n ? undefined : Number(position),
  }
}

/** All first pages stand before anything else. Sound comes first: its positions are the ones that count evenly. */
async function readStreams(source: ByteSource): Promise<Stream[]> {
  const streams: Stream[] = []
  let at = 0
  while (streams.length < MOST_STREAMS) {
    const page = await readPage(source, at)
    if (!page?.begins) break
    const stream = describe(await source.read(page.body, Math.min(page.end, page.body + 256)))
    if (stream) streams.push({ ...stream, serial: page.serial })
    at = page.end
  }
  return streams.sort((one, other) => Number(one.video) - Number(other.video))
}

/** None for what describes other streams, and for what is not known. */
function describe(packet: Uint8Array): Omit<Stream, 'serial'> | undefined {
  const text = latin1(packet.subarray(0, 16))
  const u32 = (at: number) => (packet.length >= at + 4 ? viewOf(packet).getUint32(at, true) : 0)
  const sound = { video: false, playable: true, skipped: 0 }
  if (text.startsWith('\x01vorbis')) return { ...sound, codec: 'Vorbis', rate: u32(12) }
  if (text.startsWith('OpusHead')) return { ...sound, codec: 'Opus', rate: 48_000, skipped: u32(10) & 0xffff }
  if (text.startsWith('\x7fFLAC'))
    return { ...sound, codec: 'FLAC', rate: packet.length >= 30 ? viewOf(packet).getUint32(27) >>> 12 : 0 }
  if (text.startsWith('Speex   ')) return { ...sound, codec: 'Speex', rate: u32(36), playable: false }
  if (text.startsWith('\x80theora'))
    return { codec: 'Theora', video: true, playable: false, rate: 0, skipped: 0 }
  return undefined
}

/** The last position of a stream, and whether the last page of the file is cut. */
async function readEnd(
  source: ByteSource,
  { serial }: Stream,
): Promise<{ position: number | undefined; cut: boolean }> {
  let cut: boolean | undefined
  const least = Math.max(0, source.size - 4 * LONGEST_PAGE)
  for (let until = source.size; until > least; until -= BLOCK_BYTES) {
    const start = Math.max(0, until - BLOCK_BYTES)
    const bytes = await source.read(start, until + 3)
    const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
    for (let at = text.lastIndexOf('OggS'); at >= 0; at = at > 0 ? text.lastIndexOf('OggS', at - 1) : -1) {
      const page = await readPage(source, start + at)
      if (!page) continue
      cut ??= page.end > source.size
      if (page.serial === serial && page.position !== undefined && page.end <= source.size)
        return { position: page.position, cut }
    }
  }
  return { position: undefined, cut: cut ?? false }
}
