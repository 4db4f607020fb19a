import { SEGMENT_BYTES } from '../vault/layout.ts'
import type { Entry, ReadHandle } from './file-tree.ts'
import { readChecked } from './read-object.ts'
import type { TreeSession } from './tree-session.ts'

/**
 * Reads an object in pieces of one segment, of which the last two stay at hand and the next one is asked for ahead:
 * clients read on and on, with many requests at once and now and then one from elsewhere.
 */
export const objectReadHandle = (tree: TreeSession, entry: Entry, objectId: string): ReadHandle => {
  const { database, vault, account } = tree
  const pieces = new Map<number, Promise<Buffer>>()
  const { size } = entry

  const collect = async (start: number): Promise<Buffer> => {
    const chunks: Buffer[] = []
    const end = Math.min(start + SEGMENT_BYTES, size)
    for await (const chunk of readChecked(database, vault, account.tenantId, objectId, start, end)) {
      chunks.push(chunk)
    }
    return chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks)
  }

  const piece = (index: number): Promise<Buffer> => {
    const found = pieces.get(index) ?? collect(index * SEGMENT_BYTES)
    found.catch(() => pieces.delete(index))
    pieces.delete(index)
    pieces.set(index, found)
    for (const oldest of pieces.keys()) {
      if (pieces.size <= 3) break
      pieces.delete(oldest)
    }
    return found
  }

  return {
    entry,
    async read(offset, length) {
      const end = Math.min(offset + length, size)
      const chunks: Buffer[] = []
      for (let at = offset; at < end; ) {
        const index = Math.floor(at / SEGMENT_BYTES)
        const base = index * SEGMENT_BYTES
        const wanted = (await piece(index)).subarray(at - base, end - base)
        chunks.push(wanted)
        at += wanted.length
        const next = index + 1
        if (next * SEGMENT_BYTES < size && at - base > SEGMENT_BYTES / 2)
          void piece(next).catch(() => undefined)
      }
      return chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks)
    },
    async close() {
      pieces.clear()
    },
  }
}

export const bytesReadHandle = (entry: Entry, body: Uint8Array): ReadHandle => ({
  entry,
  async read(offset, length) {
    return Buffer.from(body.slice(offset, offset + length))
  },
  async close() {},
})
