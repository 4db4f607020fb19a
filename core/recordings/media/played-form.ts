import { frugal } from './byte-source.ts'
import { waveBlockCodec } from './decode/block-codec.ts'
import { BARE_GSM_BYTES, bareGsm } from './decode/gsm-blocks.ts'
import { PCM_HEADER_BYTES, pcmHeader } from './decode/pcm-header.ts'
import { type CodedSound, pcmBytes } from './decode/pcm-stream.ts'
import type { Inspection } from './inspection.ts'
import { MP3, waveSamples } from './wave-codecs.ts'
import { readWaveHeader } from './wave-header.ts'

/** A stored recording's bytes, as they are read from anywhere to anywhere. */
export interface StoredRecording {
  size: number
  /** From `start` to `end` (exclusive), in order. */
  open: (start: number, end: number) => AsyncGenerator<Uint8Array, void, undefined>
}

/** What a player gets: the recording's own bytes, or what browsers can play instead of them. */
export interface PlayedForm {
  /** `pcm`: decoded. `mp3`: the MP3 that a WAV file was put around, which not all browsers look into. */
  form: 'as-is' | 'pcm' | 'mp3'
  mediaType: string
  size: number
  open: StoredRecording['open']
}

type Known = Pick<Inspection, 'mediaType' | 'playable' | 'usable'>

/**
 * The form in which a recording is played: as it is, where browsers play that or nothing here can help, else decoded to
 * 16-bit PCM in a WAV file, whose every byte has its place before any is made. Reads the header of what it decodes.
 */
export async function playedForm(recording: StoredRecording, known: Known): Promise<PlayedForm> {
  const other = known.playable || !known.usable ? undefined : await otherForm(recording, known.mediaType)
  return other ?? { form: 'as-is', mediaType: known.mediaType, ...recording }
}

async function otherForm(
  { size, open }: StoredRecording,
  mediaType: string,
): Promise<PlayedForm | undefined> {
  if (mediaType === 'audio/x-gsm') {
    const samples = Math.floor(size / BARE_GSM_BYTES) * bareGsm.blockSamples
    return decoded({ codec: bareGsm, start: 0, end: size, samples, open }, 8_000)
  }
  if (mediaType !== 'audio/wav') return undefined
  const header = await readWaveHeader(frugal({ size, read: (start, end) => collect(open(start, end)) }))
  const { dataStart: start, available, rate } = header
  if (header.format === MP3) return inner(start, available, open)
  const codec = waveBlockCodec(header)
  const samples = waveSamples(header, available)
  return codec && samples ? decoded({ codec, start, end: start + available, samples, open }, rate) : undefined
}

function decoded(sound: CodedSound, rate: number): PlayedForm {
  const { codec, samples } = sound
  const header = pcmHeader(codec.channels, rate, samples)
  return {
    form: 'pcm',
    mediaType: 'audio/wav',
    size: PCM_HEADER_BYTES + samples * codec.channels * 2,
    async *open(start, end) {
      if (start < PCM_HEADER_BYTES) yield header.subarray(start, end)
      const from = Math.max(0, start - PCM_HEADER_BYTES)
      yield* pcmBytes(sound, from, end - PCM_HEADER_BYTES)
    },
  }
}

const inner = (begin: number, size: number, open: StoredRecording['open']): PlayedForm => ({
  form: 'mp3',
  mediaType: 'audio/mpeg',
  size,
  open: (start, end) => open(begin + start, begin + end),
})

async function collect(pieces: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const all: Uint8Array[] = []
  for await (const piece of pieces) all.push(piece)
  return all.length === 1 && all[0] ? all[0] : Buffer.concat(all)
}
