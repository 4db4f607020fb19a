import type { ByteSource } from '../byte-source.ts'
import { latin1 } from '../byte-source.ts'
import { type Finding, secondsText, truncated, Unusable } from '../inspection.ts'
import { readFormat } from '../metadata-tokenizer.ts'
import { lastFlacSample } from './flac-tail.ts'

export const isFlac = (head: Uint8Array): boolean => latin1(head, 0, 4) === 'fLaC'

export async function inspectFlac(source: ByteSource): Promise<Finding> {
  const { sampleRate, duration: promised } = await readFormat(source, 'audio/flac')
  if (!sampleRate) throw new Unusable('audio/flac', 'Its header is nonsense: it has no sample rate.')
  const last = await lastFlacSample(source)
  const there = last === undefined ? undefined : last / sampleRate
  const cut = promised !== undefined && there !== undefined && there < promised * 0.99
  return {
    kind: 'AUDIO',
    mediaType: 'audio/flac',
    codec: 'FLAC',
    durationSeconds: (cut ? there : (promised ?? there)) ?? null,
    playable: true,
    damage: cut ? truncated(secondsText(promised), secondsText(there)) : null,
  }
}
