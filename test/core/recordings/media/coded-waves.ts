import type { StoredRecording } from '../../../../core/recordings/media/played-form.ts'
import { chunk, wave } from './waves.ts'

/** WAV files of codecs that browsers refuse, with any bytes for sound: each of them stands for some. */
export interface Coded {
  name: string
  bytes: Buffer
  channels: number
  blockBytes: number
  /** Bytes of 16-bit samples that a block becomes. */
  pcmBytes: number
}

/** Bytes that look like chance and are the same each time. */
export function chance(length: number, seed = 1): Buffer {
  const bytes = Buffer.alloc(length)
  let state = seed
  for (let at = 0; at < length; at++) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    bytes[at] = state >>> 24
  }
  return bytes
}

const extension = (...words: number[]) => {
  const bytes = Buffer.alloc(words.length * 2)
  for (const [at, word] of words.entries()) bytes.writeUInt16LE(word & 0xffff, at * 2)
  return bytes
}

export function gsmWave(blocks: number, cut = 0): Coded {
  const data = chance(blocks * 65)
  const bytes = wave({
    format: 0x31,
    bits: 0,
    blockAlign: 65,
    data,
    extension: extension(320),
    ahead: [chunk('junk', Buffer.alloc(11))],
  })
  return {
    name: `GSM of ${blocks} blocks`,
    bytes: bytes.subarray(0, bytes.length - cut),
    channels: 1,
    blockBytes: 65,
    pcmBytes: 640,
  }
}

/**
 * GSM that rings on for ever: after a first block of chance, hardly a pulse, and all of what was one pitch ago. What a
 * decoder makes of it depends on where it began.
 */
export function ringingGsmWave(blocks: number): Coded {
  const { bytes, ...coded } = gsmWave(blocks)
  const part = [[60, 7], [3, 2], [0, 2], [0, 6], ...Array.from({ length: 13 }, () => [4, 3])]
  const shape = [
    [32, 6],
    [32, 6],
    [16, 5],
    [16, 5],
    [8, 4],
    [8, 4],
    [4, 3],
    [4, 3],
  ]
  const frame = [...shape, ...part, ...part, ...part, ...part]
  const block = Buffer.alloc(65)
  let bit = 0
  for (const [value = 0, width = 0] of [...frame, ...frame])
    for (let index = 0; index < width; index++, bit++)
      block[bit >> 3] = (block[bit >> 3] ?? 0) | (((value >> index) & 1) << (bit & 7))
  for (let at = bytes.length - (blocks - 1) * 65; at < bytes.length; at += 65) block.copy(bytes, at)
  return { ...coded, name: `GSM that rings for ${blocks} blocks`, bytes }
}

export function imaWave(channels: 1 | 2, blockBytes: number, blocks: number, cut = 0): Coded {
  const data = chance(blocks * blockBytes)
  // The place in the table of steps ends at 88.
  for (let block = 0; block < blocks; block++)
    for (let channel = 0; channel < channels; channel++)
      data[block * blockBytes + channel * 4 + 2] = block % 89
  const samples = 1 + Math.floor((blockBytes - 4 * channels) / (4 * channels)) * 8
  const bytes = wave({
    format: 0x11,
    bits: 4,
    channels,
    blockAlign: blockBytes,
    data,
    extension: extension(samples),
  })
  return {
    name: `IMA ADPCM, ${channels} channels, blocks of ${blockBytes}`,
    bytes: bytes.subarray(0, bytes.length - cut),
    channels,
    blockBytes,
    pcmBytes: samples * channels * 2,
  }
}

const pairs = [256, 0, 512, -256, 0, 0, 192, 64, 240, 0, 460, -208, 392, -232]

export function msWave(channels: 1 | 2, blockBytes: number, blocks: number, cut = 0): Coded {
  const data = chance(blocks * blockBytes)
  for (let block = 0; block < blocks; block++)
    for (let channel = 0; channel < channels; channel++) {
      data[block * blockBytes + channel] = (block + channel) % 7
      data.writeInt16LE(16 + ((block * 7) % 30_000), block * blockBytes + channels + channel * 2)
    }
  const samples = 2 + Math.floor(((blockBytes - 7 * channels) * 2) / channels)
  const bytes = wave({
    format: 2,
    bits: 4,
    channels,
    blockAlign: blockBytes,
    data,
    extension: extension(samples, 7, ...pairs),
  })
  return {
    name: `MS ADPCM, ${channels} channels, blocks of ${blockBytes}`,
    bytes: bytes.subarray(0, bytes.length - cut),
    channels,
    blockBytes,
    pcmBytes: samples * channels * 2,
  }
}

/** Stored bytes that come in pieces, as the vault's do, and what was asked for. */
export function stored(bytes: Buffer, piece = 10_000): StoredRecording & { asked: [number, number][] } {
  const asked: [number, number][] = []
  return {
    size: bytes.length,
    asked,
    async *open(start, end) {
      asked.push([start, end])
      for (let at = start; at < end; at += piece) yield bytes.subarray(at, Math.min(at + piece, end))
    },
  }
}

export async function collect(pieces: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const all: Uint8Array[] = []
  for await (const next of pieces) all.push(next)
  return Buffer.concat(all)
}
