import type { FileHandle } from 'node:fs/promises'
import { open, rm } from 'node:fs/promises'

/**
 * A file of bytes and what is known of them, written together so that one rename brings both into sight:
 *
 *     the bytes │ record as JSON in UTF-8 │ length of the record, 4 bytes │ "NDOBJ001"
 */
const magic = Buffer.from('NDOBJ001')
const footerLength = 4 + magic.length
const guess = 4096
const batch = 128 * 1024

const writeAll = async (handle: FileHandle, pieces: Buffer[]): Promise<void> => {
  let left = pieces
  while (left.length > 0) {
    let { bytesWritten } = await handle.writev(left)
    const cut = left.findIndex(piece => {
      if (bytesWritten < piece.length) return true
      bytesWritten -= piece.length
      return false
    })
    left = cut < 0 ? [] : left.slice(cut)
    if (left[0] && bytesWritten > 0) left[0] = left[0].subarray(bytesWritten)
  }
}

/** Writes a new file and waits until the disk has it. What cannot be finished is removed. `recordOf` is asked after the last byte. */
export const writeRecordFile = async <R>(
  path: string,
  chunks: AsyncIterable<Buffer>,
  recordOf: () => R,
): Promise<R> => {
  const handle = await open(path, 'wx')
  try {
    let waiting: Buffer[] = []
    let bytes = 0
    for await (const chunk of chunks) {
      waiting.push(chunk)
      bytes += chunk.length
      if (bytes < batch) continue
      await writeAll(handle, waiting)
      waiting = []
      bytes = 0
    }
    const record = recordOf()
    const json = Buffer.from(JSON.stringify(record))
    const length = Buffer.alloc(4)
    length.writeUInt32BE(json.length)
    await writeAll(handle, [...waiting, json, length, magic])
    await handle.datasync()
    await handle.close()
    return record
  } catch (error) {
    await handle.close().catch(() => {})
    await rm(path, { force: true })
    throw error
  }
}

/** Of a file that is all record. */
export async function* noBytes(): AsyncGenerator<Buffer> {}

const readAt = async (handle: FileHandle, position: number, length: number): Promise<Buffer> => {
  const { buffer, bytesRead } = await handle.read(Buffer.allocUnsafe(length), 0, length, position)
  if (bytesRead < length) throw new Error('the file ends before its record')
  return buffer
}

export const readRecord = async <R>(handle: FileHandle): Promise<R> => {
  const { size } = await handle.stat()
  let tail = await readAt(handle, Math.max(0, size - guess), Math.min(guess, size))
  if (size < footerLength || !tail.subarray(-magic.length).equals(magic))
    throw new Error('the file bears no record')
  const length = tail.readUInt32BE(tail.length - footerLength) + footerLength
  if (length > size) throw new Error("the record's length is wrong")
  if (length > tail.length) tail = await readAt(handle, size - length, length)
  return JSON.parse(tail.toString('utf8', tail.length - length, tail.length - footerLength)) as R
}

export const readRecordFile = async <R>(path: string): Promise<R> => {
  await using handle = await open(path, 'r')
  return await readRecord<R>(handle)
}
