import { Refusal } from '../../core/refusal.ts'
import { type ByteBudget, createByteBudget } from '../../core/vault/byte-budget.ts'

/**
 * Memory for requests with files, of the whole process. A tenant has a share of it, the largest request or many small
 * ones, and waits for its own requests first: one that sends slowly is in no other's way.
 */
export interface FileMemory {
  /** Answers the function that gives the bytes back. LIMITED when there are none for too long. */
  reserve(owner: string, bytes: number, signal: AbortSignal): Promise<() => void>
}

const PATIENCE_MS = 30_000

export function createFileMemory({ share, total }: { share: number; total: number }): FileMemory {
  const memory = createByteBudget(total)
  const shares = new Map<string, ByteBudget>()

  async function reserve(owner: string, bytes: number, signal: AbortSignal): Promise<() => void> {
    const own = shares.get(owner) ?? createByteBudget(share)
    shares.set(owner, own)
    const giveBack = await own.reserve(bytes, signal)
    const release = () => {
      giveBack()
      if (own.used === 0 && own.waiting === 0) shares.delete(owner)
    }
    try {
      const ofAll = await memory.reserve(bytes, signal)
      return () => {
        ofAll()
        release()
      }
    } catch (error) {
      release()
      throw error
    }
  }

  return {
    async reserve(owner, bytes, signal) {
      try {
        return await reserve(owner, bytes, AbortSignal.any([signal, AbortSignal.timeout(PATIENCE_MS)]))
      } catch (cause) {
        throw new Refusal('LIMITED', 'Too many files are on their way at once: try again.', {
          retryAfterSeconds: 30,
          cause,
        })
      }
    },
  }
}
