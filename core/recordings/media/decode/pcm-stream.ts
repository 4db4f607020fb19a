import type { BlockCodec } from './block-codec.ts'
import { byteWindow } from './byte-window.ts'

/** Coded sound within a file: where its blocks are, and how many samples they stand for. */
export interface CodedSound {
  codec: BlockCodec
  /** Where the blocks begin and end in the file; the last one may be cut short. */
  start: number
  end: number
  /** Of each channel, without what pads the last block. */
  samples: number
  /** The file's bytes from `start` to `end` (exclusive), in order. */
  open: (start: number, end: number) => AsyncIterable<Uint8Array>
}

/** Blocks that stand for themselves are decoded so many bytes at once. */
const BATCH_BYTES = 32_768

/** The sound as 16-bit samples, least byte first: bytes `first` to `beyond` (exclusive) of them, from no more blocks than these need. */
export async function* pcmBytes(
  sound: CodedSound,
  first: number,
  beyond: number,
): AsyncGenerator<Uint8Array, void, undefined> {
  const { codec, start, end, open } = sound
  if (beyond <= first) return
  const { blockBytes, group, warmUp } = codec
  const perBlock = codec.blockSamples * codec.channels * 2
  const lastBlock = Math.floor((beyond - 1) / perBlock)
  const firstBlock = Math.floor(first / perBlock / group) * group
  const batch = group > 1 ? group : Math.max(1, Math.floor(BATCH_BYTES / blockBytes))
  const position = (block: number) => Math.min(start + block * blockBytes, end)
  const from = position(Math.max(0, firstBlock - warmUp))
  const window = byteWindow(open(from, position(lastBlock + 1)), from)
  try {
    for (let block = firstBlock; block <= lastBlock; block += batch) {
      const lead = Math.min(warmUp, block)
      const until = Math.min(block + batch, lastBlock + 1)
      const bytes = await window.take(position(block - lead), position(until))
      const samples = codec.decode(whole(bytes, (until - block + lead) * blockBytes), lead)
      const pcm = littleEndian(samples)
      const base = block * perBlock
      yield pcm.subarray(Math.max(0, first - base), beyond - base)
    }
  } finally {
    await window.close()
  }
}

/** A last block that is cut short goes on with nothing: what that becomes lies behind the last sample that counts. */
function whole(bytes: Uint8Array, length: number): Uint8Array {
  if (bytes.length === length) return bytes
  const padded = new Uint8Array(length)
  padded.set(bytes)
  return padded
}

const isLittleEndian = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1

function littleEndian(samples: Int16Array): Uint8Array {
  const bytes = Buffer.from(samples.buffer, samples.byteOffset, samples.byteLength)
  return isLittleEndian ? bytes : Buffer.from(bytes).swap16()
}
