import type { ByteSource } from '../../../../core/recordings/media/inspect.ts'
import { type Inspection, inspectRecording } from '../../../../core/recordings/media/inspect.ts'

/** Bytes as a source that counts what is read of it. */
export interface CountedSource extends ByteSource {
  bytes: number
  reads: number
}

export function counted(bytes: Uint8Array): CountedSource {
  const source: CountedSource = {
    size: bytes.length,
    bytes: 0,
    reads: 0,
    async read(start, end) {
      if (start < 0 || end <= start || end > bytes.length) throw new RangeError(`${start}–${end}`)
      source.bytes += end - start
      source.reads += 1
      return bytes.subarray(start, end)
    },
  }
  return source
}

export const inspect = (bytes: Uint8Array, name = 'a.bin'): Promise<Inspection> =>
  inspectRecording(counted(bytes), name)
