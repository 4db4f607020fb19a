import { LRUCache } from 'lru-cache'
import { SEGMENT_BYTES } from '../vault/layout.ts'
import type { StoredObject, Vault } from '../vault/vault.ts'
import type { ByteSource } from './media/inspect.ts'

/** Segments that are kept: whoever looks at a header comes back to its neighbourhood. */
const KEPT = 4

/** An object's plaintext by ranges. What is asked for in small blocks is fetched in whole segments, each once. */
export const vaultSource = (vault: Pick<Vault, 'readRange'>, object: StoredObject): ByteSource => {
  const { size } = object
  const kept = new LRUCache<number, Promise<Buffer>>({ max: KEPT })

  const fetchSegment = async (index: number): Promise<Buffer> => {
    const start = index * SEGMENT_BYTES
    const pieces = await Array.fromAsync(
      vault.readRange(object, start, Math.min(start + SEGMENT_BYTES, size)),
    )
    return pieces.length === 1 && pieces[0] ? pieces[0] : Buffer.concat(pieces)
  }
  const segment = (index: number): Promise<Buffer> => {
    const bytes = kept.get(index) ?? fetchSegment(index)
    kept.set(index, bytes)
    return bytes
  }

  return {
    size,
    async read(start, end) {
      const pieces: Buffer[] = []
      for (let at = start; at < end; ) {
        const index = Math.floor(at / SEGMENT_BYTES)
        const base = index * SEGMENT_BYTES
        pieces.push((await segment(index)).subarray(at - base, end - base))
        at = base + SEGMENT_BYTES
      }
      return pieces.length === 1 && pieces[0] ? pieces[0] : Buffer.concat(pieces)
    },
  }
}
