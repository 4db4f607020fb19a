import type { FileHandle } from 'node:fs/promises'
import { open } from 'node:fs/promises'
import { join } from 'node:path'
import { systemCode } from '../http/errors.ts'
import type { Layout } from './layout.ts'
import { completedFolder, openFolder, partName } from './layout.ts'
import type { HeldObject } from './objects.ts'

const step = 256 * 1024

async function* readFile(handle: FileHandle, start: number, length: number): AsyncGenerator<Buffer> {
  for (let at = start, left = length; left > 0; ) {
    const size = Math.min(step, left)
    const { buffer, bytesRead } = await handle.read(Buffer.allocUnsafeSlow(size), 0, size, at)
    if (bytesRead === 0) throw new Error('a file of the object ends too early')
    at += bytesRead
    left -= bytesRead
    yield bytesRead === size ? buffer : buffer.subarray(0, bytesRead)
  }
}

// The parts are still where they were uploaded if moving them failed after the object had come to be.
const openPart = async (layout: Layout, upload: string, number: number): Promise<FileHandle> =>
  await open(join(completedFolder(layout, upload), partName(number)), 'r').catch(async (error: unknown) => {
    if (systemCode(error) !== 'ENOENT') throw error
    return await open(join(openFolder(layout, upload), partName(number)), 'r')
  })

/** The bytes from `start` up to, not including, `end`. One file is open at a time, however many parts there are. */
export async function* readRange(
  layout: Layout,
  { record, handle }: HeldObject,
  start: number,
  end: number,
): AsyncGenerator<Buffer> {
  if (record.multipart === undefined) {
    yield* readFile(handle, start, end - start)
    return
  }
  const { upload, parts } = record.multipart
  let partStart = 0
  for (const { number, size } of parts) {
    const from = Math.max(start, partStart)
    const to = Math.min(end, partStart + size)
    if (from < to) {
      await using part = await openPart(layout, upload, number)
      yield* readFile(part, from - partStart, to - from)
    }
    partStart += size
    if (partStart >= end) return
  }
}
