import type { FileHandle } from 'node:fs/promises'
import { open } from 'node:fs/promises'
import { join } from 'node:path'
import { systemCode } from '../http/errors.ts'
import type { Layout } from './layout.ts'
import { completedFolder, openFolder, partName } from './layout.ts'
import type { HeldObject } from './objects.ts'

const step = 256 * 1024

async function* readFile(
  handle: FileHandle,
  start: number,
  length: number,
  buffer: Buffer,
): AsyncGenerator<Buffer> {
  for (let at = start, left = length; left > 0; ) {
    const { bytesRead } = await handle.read(buffer, 0, Math.min(buffer.length, left), at)
    if (bytesRead === 0) throw new Error('a file of the object ends too early')
    at += bytesRead
    left -= bytesRead
    yield buffer.subarray(0, bytesRead)
  }
}

// The parts are still where they were uploaded if moving them failed after the object had come to be.
const openPart = async (layout: Layout, upload: string, number: number): Promise<FileHandle> =>
  await open(join(completedFolder(layout, upload), partName(number)), 'r').catch(async (error: unknown) => {
    if (systemCode(error) !== 'ENOENT') throw error
    return await open(join(openFolder(layout, upload), partName(number)), 'r')
  })

/**
 * The bytes from `start` up to, not including, `end`. One file is open at a time, however many parts there are, and all
 * go through one buffer: a chunk is good until the next one is asked for.
 */
export async function* readRange(
  layout: Layout,
  { record, handle }: HeldObject,
  start: number,
  end: number,
): AsyncGenerator<Buffer> {
  const buffer = Buffer.allocUnsafeSlow(Math.min(step, Math.max(1, end - start)))
  if (record.multipart === undefined) {
    yield* readFile(handle, start, end - start, buffer)
    return
  }
  const { upload, parts } = record.multipart
  let partStart = 0
  for (const { number, size } of parts) {
    const from = Math.max(start, partStart)
    const to = Math.min(end, partStart + size)
    if (from < to) {
      await using part = await openPart(layout, upload, number)
      yield* readFile(part, from - partStart, to - from, buffer)
    }
    partStart += size
    if (partStart >= end) return
  }
}
