import type { IFormat, ITrackInfo } from 'music-metadata'
import { TrackType } from 'music-metadata'
import type { ByteSource } from '../byte-source.ts'
import { BLOCK_BYTES, latin1, within } from '../byte-source.ts'
import { type Finding, secondsText, truncated, Unusable } from '../inspection.ts'
import { readFormat } from '../metadata-tokenizer.ts'
import { CLUSTER, readElement, SEGMENT } from './ebml.ts'
import { lastClusterSeconds } from './matroska-tail.ts'

/** What describes the tracks stands before the clusters, which music-metadata would pass over one by one. */
const HEAD_BYTES = 8 * BLOCK_BYTES

const names: Record<string, string> = {
  V_VP8: 'VP8',
  V_VP9: 'VP9',
  V_AV1: 'AV1',
  'V_MPEG4/ISO/AVC': 'H.264',
  'V_MPEGH/ISO/HEVC': 'H.265',
  A_VORBIS: 'Vorbis',
  A_OPUS: 'Opus',
  A_AAC: 'AAC',
  A_FLAC: 'FLAC',
  'A_MPEG/L3': 'MP3',
  'A_PCM/INT/LIT': 'PCM',
}

/** WebM is these; of other Matroska not every browser plays any. */
const playable = ['V_VP8', 'V_VP9', 'V_AV1', 'A_VORBIS', 'A_OPUS']

export const isMatroska = (head: Uint8Array): boolean => latin1(head, 0, 4) === '\x1a\x45\xdf\xa3'

export async function inspectMatroska(source: ByteSource): Promise<Finding> {
  const format = await describe(source)
  const web = format?.container === 'EBML/webm'
  const tracks = (format?.trackInfo ?? []).filter(isSoundOrPicture)
  const video = tracks.some(track => track.type === TrackType.video)
  const mediaType = `${video || tracks.length === 0 ? 'video' : 'audio'}/${web ? 'webm' : 'x-matroska'}`
  if (!format || tracks.length === 0) throw new Unusable(mediaType, 'It holds neither sound nor picture.')
  const codec = [...new Set(tracks.map(track => nameOf(track)))].join(' + ')
  const { promisedEnd, clusters } = await readSegment(source)
  if (!clusters)
    throw new Unusable(mediaType, 'It holds no sound or picture: it ends after its header.', codec)
  const cut = promisedEnd !== undefined && promisedEnd > source.size
  const promised = format.duration
  // A browser that records writes no length, and a file that was cut has less than it says.
  const there = promised === undefined || cut ? await lastClusterSeconds(source) : promised
  return {
    kind: video ? 'SCREEN' : 'AUDIO',
    mediaType,
    codec,
    durationSeconds: there ?? null,
    playable: web && tracks.every(track => playable.includes(track.codecId ?? '')),
    damage: cut ? cutText(promised, there) : null,
  }
}

const isSoundOrPicture = ({ type }: ITrackInfo) => type === TrackType.audio || type === TrackType.video

const nameOf = ({ codecId = '?' }: ITrackInfo): string =>
  names[codecId] ?? (codecId.startsWith('A_AAC') ? 'AAC' : codecId.replace(/^[AV]_/, ''))

const cutText = (promised: number | undefined, there: number | undefined) =>
  promised !== undefined && there !== undefined
    ? truncated(secondsText(promised), secondsText(there))
    : 'It is truncated: less is there than its header promises.'

async function describe(source: ByteSource): Promise<IFormat | undefined> {
  const head = within(source, 0, Math.min(source.size, HEAD_BYTES))
  return await readFormat(head, 'video/matroska')
}

/** Where the segment should end, if it says so, and whether anything follows its description. */
async function readSegment(
  source: ByteSource,
): Promise<{ promisedEnd: number | undefined; clusters: boolean }> {
  const header = await readElement(source, 0)
  const segment = header?.end === undefined ? undefined : await readElement(source, header.end)
  if (segment?.id !== SEGMENT) return { promisedEnd: undefined, clusters: false }
  let clusters = false
  for (let at: number | undefined = segment.start; at !== undefined && at < source.size && !clusters; ) {
    const element = await readElement(source, at)
    clusters = element?.id === CLUSTER
    at = element?.end
  }
  return { promisedEnd: segment.end, clusters }
}
