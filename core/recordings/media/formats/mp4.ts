import type { ByteSource } from '../byte-source.ts'
import { latin1, viewOf } from '../byte-source.ts'
import { bytesText, type Finding, truncated, Unusable } from '../inspection.ts'
import { type Box, boxesOf, findBox, readBox, secondsIn } from './mp4-boxes.ts'
import { codecOfTrack, type TrackCodec } from './mp4-codecs.ts'
import { fragmentEnd } from './mp4-fragments.ts'

/** Boxes that a file begins with. */
const first = ['ftyp', 'moov', 'mdat', 'wide', 'free', 'skip', 'pnot']
/** A file that is not in fragments has less than ten. */
const MOST_BOXES = 32
const MOST_TRACKS = 16

export const isMp4 = (head: Uint8Array): boolean => first.includes(latin1(head, 4, 8))

interface Outline {
  /** QuickTime when there is none. */
  brand: string
  movie: Box | undefined
  /** What ends beyond the file. */
  cut: Box | undefined
  fragmented: boolean
}

interface Track extends TrackCodec {
  id: number
  video: boolean
  scale: number
  seconds: number | undefined
}

/** MP4, QuickTime, 3GPP: the index (`moov`) says it all, wherever it stands. Sound and picture are not looked at. */
export async function inspectMp4(source: ByteSource): Promise<Finding> {
  const { brand, movie, cut, fragmented } = await readOutline(source)
  if (!movie || movie.end < movie.promisedEnd)
    throw new Unusable(
      mediaType(brand, true),
      'It cannot be played: it was never completed, its index (moov) is missing.',
    )
  const tracks = await readTracks(source, movie)
  const video = tracks.some(track => track.video)
  if (tracks.length === 0) throw new Unusable(mediaType(brand, video), 'It holds neither sound nor picture.')
  return {
    kind: video ? 'SCREEN' : 'AUDIO',
    mediaType: mediaType(brand, video),
    codec: [...new Set(tracks.map(track => track.codec))].join(' + '),
    durationSeconds: (await secondsOf(source, movie, tracks, fragmented)) ?? null,
    playable: brand !== 'qt  ' && tracks.every(track => track.playable),
    damage: cut ? truncated(bytesText(cut.promisedEnd), bytesText(source.size)) : null,
  }
}

async function readOutline(source: ByteSource): Promise<Outline> {
  const outline: Outline = { brand: 'qt  ', movie: undefined, cut: undefined, fragmented: false }
  let count = 0
  for await (const box of boxesOf(source, 0, source.size)) {
    if (box.name === 'ftyp') outline.brand = latin1(await readBox(source, box, 4))
    if (box.name === 'moov') outline.movie ??= box
    if (box.end < box.promisedEnd) outline.cut = box
    outline.fragmented ||= box.name === 'moof'
    if (++count === MOST_BOXES || (outline.fragmented && outline.movie)) break
  }
  return outline
}

function mediaType(brand: string, video: boolean): string {
  if (brand === 'qt  ') return 'video/quicktime'
  return `${video ? 'video' : 'audio'}/${brand.startsWith('3g') ? '3gpp' : 'mp4'}`
}

/** Of sound and picture; subtitles, chapters and the like are none. */
async function readTracks(source: ByteSource, movie: Box): Promise<Track[]> {
  const tracks: Track[] = []
  for await (const box of boxesOf(source, movie.start, movie.end)) {
    const track = box.name === 'trak' ? await readTrack(source, box) : undefined
    if (track) tracks.push(track)
    if (tracks.length === MOST_TRACKS) break
  }
  return tracks.sort((one, other) => Number(other.video) - Number(one.video))
}

async function readTrack(source: ByteSource, box: Box): Promise<Track | undefined> {
  const at = async (...path: string[]) => {
    const found = await findBox(source, box, ...path)
    return found && (await readBox(source, found))
  }
  const [track, media, handler] = [await at('tkhd'), await at('mdia', 'mdhd'), await at('mdia', 'hdlr')]
  const descriptions = await at('mdia', 'minf', 'stbl', 'stsd')
  const type = handler && latin1(handler, 8, 12)
  if (!media || !descriptions || descriptions.length < 16 || (type !== 'vide' && type !== 'soun'))
    return undefined
  const times = secondsIn(media)
  return {
    ...codecOfTrack(latin1(descriptions, 12, 16), descriptions),
    id: track ? trackId(track) : 0,
    video: type === 'vide',
    scale: times?.scale ?? 0,
    seconds: times?.seconds,
  }
}

const trackId = (tkhd: Uint8Array): number => {
  const at = tkhd[0] === 1 ? 20 : 12
  return tkhd.length < at + 4 ? 0 : viewOf(tkhd).getUint32(at)
}

async function secondsOf(source: ByteSource, movie: Box, tracks: readonly Track[], fragmented: boolean) {
  const header = await findBox(source, movie, 'mvhd')
  const whole = header && secondsIn(await readBox(source, header))?.seconds
  const longest = Math.max(0, ...tracks.map(track => track.seconds ?? 0))
  if (whole || longest > 0) return whole || longest
  return fragmented ? await fragmentEnd(source, movie, tracks) : undefined
}
