import { BLOCK_BYTES, type ByteSource, frugal, ReadLimit } from './byte-source.ts'
import { inspectFlac, isFlac } from './formats/flac.ts'
import { inspectMatroska, isMatroska } from './formats/matroska.ts'
import { inspectMp4, isMp4 } from './formats/mp4.ts'
import { inspectMpegAudio } from './formats/mpeg-audio.ts'
import { notARecording } from './formats/not-a-recording.ts'
import { inspectOgg, isOgg } from './formats/ogg.ts'
import { inspectOther } from './formats/other.ts'
import { inspectWave } from './formats/wave.ts'
import { inspectWindowsMedia, isWindowsMedia } from './formats/windows-media.ts'
import type { Finding, Inspection } from './inspection.ts'
import { Unusable } from './inspection.ts'
import { isWave } from './wave-header.ts'

export type { ByteSource } from './byte-source.ts'
export type { Inspection } from './inspection.ts'

/**
 * What a recording's bytes are, whatever it is called, from 4 MiB of them at most: the beginning, the end, and where
 * these point to. What is wrong with the bytes is an answer; only what the source throws is thrown.
 */
export async function inspectRecording(source: ByteSource, fileName: string): Promise<Inspection> {
  const bounded = frugal(source)
  const answer = await find(bounded).then(
    finding => ({ ...finding, durationSeconds: sensible(finding.durationSeconds), usable: true }),
    (error: unknown) => unusable(asUnusable(error, UNKNOWN), fileName),
  )
  // Whatever a reader made of it.
  if (bounded.failure !== undefined) throw bounded.failure
  return answer
}

/** Headers that make no sense can have any length: of months, of less than nothing. */
const sensible = (seconds: number | null) =>
  seconds !== null && seconds > 0 && seconds <= LONGEST_SECONDS ? seconds : null

const LONGEST_SECONDS = 100 * 86_400

interface Format {
  is: (head: Uint8Array) => boolean
  inspect: (source: ByteSource) => Promise<Finding>
  /** Of what is too broken for its reader to tell. */
  mediaType: string
}

/** Formats that their first bytes name. */
const named: readonly Format[] = [
  { is: isWave, inspect: inspectWave, mediaType: 'audio/wav' },
  { is: isOgg, inspect: inspectOgg, mediaType: 'audio/ogg' },
  { is: isMp4, inspect: inspectMp4, mediaType: 'video/mp4' },
  { is: isMatroska, inspect: inspectMatroska, mediaType: 'video/x-matroska' },
  { is: isFlac, inspect: inspectFlac, mediaType: 'audio/flac' },
  { is: isWindowsMedia, inspect: inspectWindowsMedia, mediaType: 'video/x-ms-asf' },
]

async function find(source: ByteSource): Promise<Finding> {
  if (source.size === 0) throw new Unusable(UNKNOWN, 'It is empty.')
  const head = await source.read(0, BLOCK_BYTES)
  const format = named.find(({ is }) => is(head))
  if (format) return await inspectAs(format, source)
  const finding = (await inspectOther(source, head)) ?? (await inspectMpegAudio(source))
  if (!finding) throw notARecording(head)
  return finding
}

async function inspectAs({ inspect, mediaType }: Format, source: ByteSource): Promise<Finding> {
  try {
    return await inspect(source)
  } catch (error) {
    throw asUnusable(error, mediaType)
  }
}

/** Readers trip over bytes that make no sense in ways that nobody can list: each says no more than this. */
function asUnusable(error: unknown, mediaType: string): Unusable {
  if (error instanceof Unusable) return error
  return new Unusable(
    mediaType,
    error instanceof ReadLimit
      ? 'Its header goes on for more than 4 MiB: it cannot be read.'
      : 'Its header is nonsense: it cannot be read.',
  )
}

const UNKNOWN = 'application/octet-stream'

const screenNames = /\.(mp4|m4v|webm|mkv|avi|mov|wmv|ogv|3gp)$/i

/** Of what holds neither sound nor picture, the name says what it was meant to be. */
function unusable({ mediaType, codec, message }: Unusable, fileName: string): Inspection {
  const screen =
    mediaType.startsWith('video/') || (!mediaType.startsWith('audio/') && screenNames.test(fileName))
  return {
    kind: screen ? 'SCREEN' : 'AUDIO',
    mediaType,
    codec,
    durationSeconds: null,
    playable: false,
    usable: false,
    damage: message,
  }
}
