import { GSM_610, GSM_BLOCK_BYTES, IMA_ADPCM, MS_ADPCM, samplesInBlock } from '../wave-codecs.ts'
import type { WaveHeader } from '../wave-header.ts'
import { gsmInWave } from './gsm-blocks.ts'
import { decodeImaBlock } from './ima-adpcm.ts'
import { decodeMsBlock } from './ms-adpcm.ts'

/**
 * How sound is decoded that comes in blocks of one length, each of one number of samples. What a block becomes never
 * depends on the range that was asked for: blocks are decoded in groups whose borders are fixed, and every group begins
 * anew, after some blocks ahead of it that only bring the decoder's memory up.
 */
export interface BlockCodec {
  channels: number
  blockBytes: number
  /** Of each channel. */
  blockSamples: number
  /** Blocks in a group; 1 where each stands for itself. */
  group: number
  warmUp: number
  /** Samples of the blocks behind the first `lead`, channels interleaved. */
  decode(blocks: Uint8Array, lead: number): Int16Array
}

/** The decoder for a WAV file's sound; none for codecs that browsers know, and for those that nobody wrote here. */
export function waveBlockCodec(header: WaveHeader): BlockCodec | undefined {
  const { format, channels, blockAlign, bits, coefficients } = header
  if (format === GSM_610) return channels === 1 && blockAlign === GSM_BLOCK_BYTES ? gsmInWave : undefined
  const known = channels <= 2 && (bits === 4 || bits === 0) && samplesInBlock(header, blockAlign) > 1
  if (format === IMA_ADPCM && known) return standalone(header, decodeImaBlock)
  if (format === MS_ADPCM && known)
    return standalone(header, (block, channelCount, count, into, at) =>
      decodeMsBlock(block, channelCount, coefficients, count, into, at),
    )
  return undefined
}

type DecodeBlock = (block: Uint8Array, channels: number, count: number, into: Int16Array, at: number) => void

function standalone(header: WaveHeader, decodeBlock: DecodeBlock): BlockCodec {
  const { channels, blockAlign: blockBytes } = header
  const blockSamples = samplesInBlock(header, blockBytes)
  return {
    channels,
    blockBytes,
    blockSamples,
    group: 1,
    warmUp: 0,
    decode(blocks, lead) {
      const count = blocks.length / blockBytes - lead
      const samples = new Int16Array(count * blockSamples * channels)
      for (let index = 0; index < count; index++) {
        const from = (lead + index) * blockBytes
        const block = blocks.subarray(from, from + blockBytes)
        decodeBlock(block, channels, blockSamples, samples, index * blockSamples * channels)
      }
      return samples
    },
  }
}
