import { GSM_BLOCK_BYTES, GSM_BLOCK_SAMPLES } from '../wave-codecs.ts'
import type { BlockCodec } from './block-codec.ts'
import {
  decodeFrame,
  FRAME_BITS,
  FRAME_SAMPLES,
  gsmState,
  PARAMETERS,
  unpackHigh,
  unpackLow,
} from './gsm-610.ts'

/**
 * A GSM decoder remembers what it decoded. So that any byte can be had without all that is before it, and is the same
 * byte each time, the sound is cut into groups of ten seconds; each is decoded by a decoder that has heard nothing but
 * the second and a half ahead of it.
 */
const GROUP_FRAMES = 500
const WARM_UP_FRAMES = 76

type Unpack = (block: Uint8Array, frame: number, into: Uint8Array) => void

function gsmBlocks(blockBytes: number, blockSamples: number, unpack: Unpack): BlockCodec {
  const frames = blockSamples / FRAME_SAMPLES
  return {
    channels: 1,
    blockBytes,
    blockSamples,
    group: GROUP_FRAMES / frames,
    warmUp: WARM_UP_FRAMES / frames,
    decode(blocks, lead) {
      const count = blocks.length / blockBytes
      const state = gsmState()
      const parameters = new Uint8Array(PARAMETERS)
      const samples = new Int16Array(count * blockSamples)
      for (let index = 0; index < count; index++) {
        const block = blocks.subarray(index * blockBytes, (index + 1) * blockBytes)
        for (let frame = 0; frame < frames; frame++) {
          unpack(block, frame, parameters)
          decodeFrame(state, parameters, samples, index * blockSamples + frame * FRAME_SAMPLES)
        }
      }
      return samples.subarray(lead * blockSamples)
    },
  }
}

/** Two frames share 65 bytes, their bits counted from the lowest. */
export const gsmInWave = gsmBlocks(GSM_BLOCK_BYTES, GSM_BLOCK_SAMPLES, (block, frame, into) =>
  unpackLow(block, frame * FRAME_BITS, into),
)

/** Frames of 33 bytes without a header, each behind a mark of four bits. */
export const BARE_GSM_BYTES = 33
export const bareGsm = gsmBlocks(BARE_GSM_BYTES, FRAME_SAMPLES, (block, _, into) =>
  unpackHigh(block, 4, into),
)
