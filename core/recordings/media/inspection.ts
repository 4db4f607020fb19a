/**
 * What a recording's bytes are. An AUDIO recording has sound alone; a SCREEN recording has a picture, with sound or
 * without.
 */
export interface Inspection {
  kind: 'AUDIO' | 'SCREEN'
  /** By content, never by the name. */
  mediaType: string
  /** As people call it: `PCM 16 bit`, `GSM 6.10`, `H.264 + AAC`. Null when it is not known. */
  codec: string | null
  /** Of what is there, not of what a header promises. Null when it cannot be told without reading everything. */
  durationSeconds: number | null
  /** Current browsers play it as it is. */
  playable: boolean
  /** There is sound or picture in it, so that it may be linked to a contact. */
  usable: boolean
  /** In plain words, null when sound. */
  damage: string | null
}

/** What a format's reader found; the name has no say in it. */
export type Finding = Omit<Inspection, 'usable'>

/** What is no recording, or holds none: the sentence says why. */
export class Unusable extends Error {
  override readonly name = 'Unusable'
  readonly mediaType: string
  readonly codec: string | null

  constructor(mediaType: string, sentence: string, codec: string | null = null) {
    super(sentence)
    this.mediaType = mediaType
    this.codec = codec
  }
}

/** `200 s`, and a tenth below ten seconds. */
export const secondsText = (seconds: number): string =>
  `${seconds < 10 ? Math.floor(seconds * 10) / 10 : Math.floor(seconds)} s`

export const truncated = (promised: string, there: string): string =>
  `It is truncated: its header promises ${promised}, ${there} are there.`

/** `12.3 MB`, as file managers say it. */
export const bytesText = (bytes: number): string =>
  bytes < 1_000_000 ? `${(bytes / 1_000).toFixed(1)} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`
