import { frugal } from './byte-source.ts'
import { waveBlockCodec } from './decode/block-codec.ts'
import { BARE_GSM_BYTES, bareGsm } from './decode/gsm-blocks.ts'
import { PCM_HEADER_BYTES, pcmHeader } from './decode/pcm-header.ts'
import { type CodedSound, pcmBytes } from './decode/pcm-stream.ts'
import type { Inspection } from './inspection.ts'
import { waveSamples } from './wave-codecs.ts'
import { readWaveHeader } from './wave-header.ts'

/** A stored recording's bytes, as they are read from anywhere to anywhere. */
export interface StoredRecording {
  size: number
  /** From `start` to `end` (exclusive), in order. */
  open: (start: number, end: number) => AsyncGenerator<Uint8Array, void, undefined>
}

/** What a player gets: the recording's own bytes, or what browsers can play instead of them. */
export interface PlayedForm {
  /** Tells forms of one recording apart; part of what its tag is made of. */
  form: 'as-is' | 'pcm'
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
  const sound = known.playable || !known.usable ? undefined : await codedSound(recording, known.mediaType)
  if (!sound) return { form: 'as-is', mediaType: known.mediaType, ...recording }
  const header = pcmHeader(sound.codec.channels, sound.rate, sound.samples)
  return {
    form: 'pcm',
    mediaType: 'audio/wav',
    size: PCM_HEADER_BYTES + sound.samples * sound.codec.channels * 2,
    async *open(start, end) {
      if (start < PCM_HEADER_BYTES) yield header.subarray(start, end)
      const from = Math.max(0, start - PCM_HEADER_BYTES)
      yield* pcmBytes(sound, from, end - PCM_HEADER_BYTES)
    },
  }
}

async function codedSound(
  { size, open }: StoredRecording,
  mediaType: string,
): Promise<(CodedSound & { rate: number }) | undefined> {
  if (mediaType === 'audio/x-gsm') {
    const samples = Math.floor(size / BARE_GSM_BYTES) * bareGsm.blockSamples
    return { codec: bareGsm, start: 0, end: size, samples, rate: 8_000, open }
  }
  if (mediaType !== 'audio/wav') return undefined
  const header = await readWaveHeader(frugal({ size, read: (start, end) => collect(open(start, end)) }))
  const { dataStart: start, available, rate } = header
  const codec = waveBlockCodec(header)
  const samples = waveSamples(header, available)
  return codec && samples ? { codec, start, end: start + available, samples, rate, open } : undefined
}

async function collect(pieces: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const all: Uint8Array[] = []
  for await (const piece of pieces) all.push(piece)
  return all.length === 1 && all[0] ? all[0] : Buffer.concat(all)
}
