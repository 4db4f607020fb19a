import { createByteBudget } from './byte-budget.ts'
import { PART_BYTES } from './layout.ts'

/**
 * The memory in which parts are filled and wait to be sent: so many bytes for all uploads of a process. A part is
 * reserved whole before its first byte is kept, and its buffer is used again, so that the bound holds whatever the
 * garbage collector does.
 */
export interface PartBuffers {
  readonly usedBytes: number
  /** Uploads that wait for a part. */
  readonly waiting: number
  take(signal?: AbortSignal): Promise<PartBuffer>
}

export interface PartBuffer {
  readonly bytes: Buffer
  /** Gives it back; not to be touched from then on. */
  release(): void
}

export const createPartBuffers = (budgetBytes: number): PartBuffers => {
  const budget = createByteBudget(Math.max(budgetBytes, PART_BYTES))
  const idle: Buffer[] = []
  return {
    get usedBytes() {
      return budget.used
    },
    get waiting() {
      return budget.waiting
    },
    async take(signal) {
      const giveBack = await budget.reserve(PART_BYTES, signal)
      const bytes = idle.pop() ?? Buffer.allocUnsafeSlow(PART_BYTES)
      let held = true
      return {
        bytes,
        release() {
          if (!held) return
          held = false
          idle.push(bytes)
          giveBack()
        },
      }
    },
  }
}
