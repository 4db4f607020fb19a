/** What a track of an MP4 holds, by the name in its description, and whether Chromium and Firefox play it there. */
export interface TrackCodec {
  codec: string
  playable: boolean
}

const named = (playable: boolean, codecs: Record<string, string>): [string, TrackCodec][] =>
  Object.entries(codecs).map(([name, codec]) => [name, { codec, playable }])

const known = new Map<string, TrackCodec>([
  ...named(true, {
    avc1: 'H.264',
    avc3: 'H.264',
    av01: 'AV1',
    vp08: 'VP8',
    vp09: 'VP9',
    Opus: 'Opus',
    fLaC: 'FLAC',
    '.mp3': 'MP3',
  }),
  ...named(false, {
    hvc1: 'H.265',
    hev1: 'H.265',
    mp4v: 'MPEG-4 Visual',
    s263: 'H.263',
    h263: 'H.263',
    jpeg: 'Motion JPEG',
    mjpa: 'Motion JPEG',
    alac: 'ALAC',
    samr: 'AMR-NB',
    sawb: 'AMR-WB',
    'ac-3': 'AC-3',
    'ec-3': 'E-AC-3',
    ulaw: 'mu-law',
    alaw: 'A-law',
    sowt: 'PCM',
    twos: 'PCM',
    lpcm: 'PCM',
    ima4: 'IMA ADPCM',
    agsm: 'GSM 6.10',
  }),
])

/** Object types of `esds`, which says what an `mp4a` track is. */
const aac = [0x40, 0x66, 0x67, 0x68]
const mp3 = [0x69, 0x6b]

/** `entry` is the whole of the track's first sample description. */
export function codecOfTrack(name: string, entry: Uint8Array): TrackCodec {
  if (name !== 'mp4a') return known.get(name) ?? { codec: name.trim(), playable: false }
  const type = objectType(entry)
  if (type === undefined || aac.includes(type)) return { codec: 'AAC', playable: true }
  if (mp3.includes(type)) return { codec: 'MP3', playable: true }
  return { codec: `MPEG-4 audio 0x${type.toString(16)}`, playable: false }
}

/** From the descriptors in `esds`: the one with tag 4 begins with it. */
function objectType(entry: Uint8Array): number | undefined {
  const at = find(entry, 'esds')
  if (at < 0) return undefined
  for (let position = at + 8; position < Math.min(entry.length, at + 64); ) {
    const tag = entry[position++]
    while ((entry[position] ?? 0) & 0x80) position++
    position++
    if (tag === 4) return entry[position]
    if (tag !== 3) return undefined
    const flags = entry[position + 2] ?? 0
    position += 3 + (flags & 0x80 ? 2 : 0) + (flags & 0x20 ? 2 : 0)
  }
  return undefined
}

const find = (bytes: Uint8Array, name: string): number =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).indexOf(name, 'latin1')
