import type { ByteSource } from '../byte-source.ts'
import { BLOCK_BYTES, latin1, viewOf, within } from '../byte-source.ts'
import { type Finding, secondsText, truncated, Unusable } from '../inspection.ts'
import { type MpegFrame, readMpegFrame } from './mpeg-frame.ts'

/** So many frames in a row are no accident. */
const FRAMES_IN_A_ROW = 3
/** What stands before the first frame (half of one that was cut, zeros) is passed over so far. */
const MOST_JUNK = 4_096
/** Where frames are looked at to learn how long an average one is: a variable rate has no other sign than its index. */
const SAMPLED = [0, 0.2, 0.4, 0.6, 0.8]

/** MP3, its older layers, and AAC in ADTS frames; none when the bytes are something else. */
export async function inspectMpegAudio(file: ByteSource): Promise<Finding | undefined> {
  const { start, end } = await withoutTags(file)
  const source = within(file, start, end)
  const head = await source.read(0, BLOCK_BYTES)
  const at = firstFrame(head, start > 0 ? BLOCK_BYTES : MOST_JUNK)
  const frame = at === undefined ? undefined : readMpegFrame(head, at)
  if (at === undefined || !frame) {
    if (start === 0) return undefined
    throw new Unusable('audio/mpeg', 'It holds no sound: no frame of MP3 follows its tags (ID3).')
  }
  const there = source.size - at
  const index = readIndex(head.subarray(at, at + frame.bytes), frame)
  const promised = index?.seconds ?? (await estimate(source, at, frame))
  const share = index?.bytes === undefined ? 1 : there / index.bytes
  const cut = share < 0.99
  const seconds = cut ? promised * share : promised
  return {
    kind: 'AUDIO',
    mediaType: frame.codec === 'AAC' ? 'audio/aac' : 'audio/mpeg',
    codec: frame.codec,
    durationSeconds: seconds,
    playable: frame.codec === 'MP3' || frame.codec === 'AAC',
    damage: cut ? truncated(secondsText(promised), secondsText(seconds)) : null,
  }
}

/** Where the frames begin and end: behind ID3v2, before ID3v1. */
async function withoutTags(file: ByteSource): Promise<{ start: number; end: number }> {
  let start = 0
  for (let tags = 0; tags < 8; tags++) {
    const head = await file.read(start, start + 10)
    if (head.length < 10 || latin1(head, 0, 3) !== 'ID3') break
    const size = head.subarray(6).reduce((sum, byte) => sum * 128 + (byte & 0x7f), 0)
    start += 10 + size + ((head[5] ?? 0) & 0x10 ? 10 : 0)
  }
  const tail = await file.read(file.size - 128, file.size)
  return { start, end: file.size - (latin1(tail, 0, 3) === 'TAG' ? 128 : 0) }
}

/** The first of some frames in a row, beginning before `most`. */
function firstFrame(bytes: Uint8Array, most: number): number | undefined {
  for (let at = bytes.indexOf(0xff); at >= 0 && at < most; at = bytes.indexOf(0xff, at + 1))
    if (framesFrom(bytes, at, FRAMES_IN_A_ROW).count === FRAMES_IN_A_ROW) return at
  return undefined
}

/** How many frames of one kind stand one after the other, and the bytes that they take. */
function framesFrom(bytes: Uint8Array, start: number, most: number): { count: number; bytes: number } {
  const kind = readMpegFrame(bytes, start)
  let count = 0
  let at = start
  for (let frame = kind; frame && count < most; frame = readMpegFrame(bytes, at)) {
    if (frame.codec !== kind?.codec || frame.rate !== kind.rate) break
    count += 1
    at += frame.bytes
  }
  return { count, bytes: at - start }
}

/** The index that an encoder put into the first frame: Xing's, also called Info, or Fraunhofer's VBRI. */
function readIndex(first: Uint8Array, { codec, samples, rate, indexAt }: MpegFrame) {
  if (codec !== 'MP3') return undefined
  const view = viewOf(first)
  const u32 = (at: number) => (at + 4 <= first.length ? view.getUint32(at) : 0)
  const answer = (frames: number, bytes: number) =>
    frames > 0 ? { seconds: (frames * samples) / rate, bytes: bytes > 0 ? bytes : undefined } : undefined
  if (latin1(first, 36, 40) === 'VBRI') return answer(u32(50), u32(46))
  if (!['Xing', 'Info'].includes(latin1(first, indexAt, indexAt + 4))) return undefined
  const flags = u32(indexAt + 4)
  if (!(flags & 1)) return undefined
  return answer(u32(indexAt + 8), flags & 2 ? u32(indexAt + 12) : 0)
}

/** Seconds by the length of an average frame; exact where all have the same. */
async function estimate(source: ByteSource, start: number, { samples, rate }: MpegFrame): Promise<number> {
  const there = source.size - start
  let [count, bytes] = [0, 0]
  for (const share of SAMPLED) {
    const from = Math.floor((start + there * share) / BLOCK_BYTES) * BLOCK_BYTES
    const block = await source.read(from, from + BLOCK_BYTES)
    const at = firstFrame(block, block.length)
    if (at === undefined) continue
    const run = framesFrom(block, at, Number.POSITIVE_INFINITY)
    count += run.count
    bytes += run.bytes
  }
  return bytes === 0 ? 0 : ((there / bytes) * count * samples) / rate
}
