import type { ByteSource } from '../byte-source.ts'
import { latin1, viewOf } from '../byte-source.ts'
import type { Finding } from '../inspection.ts'
import { Unusable } from '../inspection.ts'
import { readFormat } from '../metadata-tokenizer.ts'

/** Formats that no browser plays, known well enough to be named, kept and linked. */

const sound = (mediaType: string, codec: string | null, durationSeconds: number | null): Finding => ({
  kind: 'AUDIO',
  mediaType,
  codec,
  durationSeconds,
  playable: false,
  damage: null,
})

const screen = (mediaType: string, durationSeconds: number | null = null): Finding => ({
  ...sound(mediaType, null, durationSeconds),
  kind: 'SCREEN',
})

/** Bytes of a frame of 20 ms without its first, by the type in that. */
const narrow = [12, 13, 15, 17, 19, 20, 26, 31, 5, 0, 0, 0, 0, 0, 0, 0]
const wide = [17, 23, 32, 36, 40, 46, 50, 58, 60, 5, 0, 0, 0, 0, 0, 0]

/** AMR as phones record it: seconds by the frames in what was read. */
function amr(head: Uint8Array, source: ByteSource, start: number): Finding {
  const sizes = start === 6 ? narrow : wide
  let [at, frames] = [start, 0]
  for (; at < head.length; frames++) at += 1 + (sizes[((head[at] ?? 0) >> 3) & 15] ?? 0)
  const seconds = frames === 0 ? 0 : (frames * 0.02 * (source.size - start)) / (at - start)
  if (seconds === 0) throw new Unusable('audio/amr', 'It holds no sound: it ends after its header.')
  return start === 6 ? sound('audio/amr', 'AMR-NB', seconds) : sound('audio/amr-wb', 'AMR-WB', seconds)
}

/** Encodings of Sun's AU, and bytes of a sample. */
const au: Record<number, [codec: string, bytes: number]> = {
  1: ['mu-law', 1],
  2: ['PCM 8 bit', 1],
  3: ['PCM 16 bit', 2],
  4: ['PCM 24 bit', 3],
  5: ['PCM 32 bit', 4],
  6: ['PCM float 32 bit', 4],
  23: ['G.721 ADPCM', 0.5],
  27: ['A-law', 1],
}

function sun(head: Uint8Array, source: ByteSource): Finding {
  if (head.length < 24) throw new Unusable('audio/basic', 'Its header is cut short.')
  const view = viewOf(head)
  const [codec, bytes] = au[view.getUint32(12)] ?? [null, 0]
  const perSecond = bytes * view.getUint32(16) * view.getUint32(20)
  const there = source.size - view.getUint32(4)
  if (there <= 0) throw new Unusable('audio/basic', 'It holds no sound: it ends after its header.', codec)
  return sound('audio/basic', codec, perSecond > 0 ? there / perSecond : null)
}

/** AVI: its header has the number of frames and how long each is shown. */
function avi(head: Uint8Array): Finding {
  const at = latin1(head.subarray(0, 512)).indexOf('avih')
  const u32 = (offset: number) =>
    at >= 0 && head.length >= at + offset + 4 ? viewOf(head).getUint32(at + offset, true) : 0
  const seconds = (u32(8) * u32(24)) / 1e6
  return screen('video/x-msvideo', seconds > 0 ? seconds : null)
}

async function aiff(source: ByteSource): Promise<Finding> {
  const { duration, codec } = await readFormat(source, 'audio/aiff')
  return sound('audio/aiff', codec ?? null, duration ?? null)
}

/** GSM 6.10 without a container, as telephone exchanges write it: frames of 33 bytes, each marked by its first half. */
const GSM_FRAME = 33
function bareGsm(head: Uint8Array, source: ByteSource): Finding | undefined {
  const frames = Math.min(Math.floor(head.length / GSM_FRAME), 200)
  if (frames < 10) return undefined
  for (let frame = 0; frame < frames; frame++)
    if ((head[frame * GSM_FRAME] ?? 0) >> 4 !== 0xd) return undefined
  return sound('audio/x-gsm', 'GSM 6.10', Math.floor(source.size / GSM_FRAME) * 0.02)
}

/** None when the bytes are something else. */
export async function inspectOther(source: ByteSource, head: Uint8Array): Promise<Finding | undefined> {
  const text = latin1(head.subarray(0, 16))
  if (text.startsWith('#!AMR\n')) return amr(head, source, 6)
  if (text.startsWith('#!AMR-WB\n')) return amr(head, source, 9)
  if (text.startsWith('.snd')) return sun(head, source)
  if (text.startsWith('RIFF') && text.slice(8, 12) === 'AVI ') return avi(head)
  if (text.startsWith('FORM') && /^AIF[FC]$/.test(text.slice(8, 12))) return await aiff(source)
  if (text.startsWith('FLV\x01')) return screen('video/x-flv')
  if (text.startsWith('\0\0\x01\xba')) return screen('video/mpeg')
  if (head[0] === 0x47 && head[188] === 0x47 && head[376] === 0x47) return screen('video/mp2t')
  return bareGsm(head, source)
}
