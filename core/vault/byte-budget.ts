/**
 * Memory for parts, shared by all uploads of a process. A part is reserved whole before its first byte is kept, so
 * no crowd of half-filled parts can wait for each other for ever; who waits is served in order.
 */
export interface ByteBudget {
  readonly total: number
  readonly used: number
  /** How many wait. */
  readonly waiting: number
  /** Resolves with the function that gives the bytes back (once; more calls do nothing). */
  reserve(bytes: number, signal?: AbortSignal): Promise<() => void>
}

interface Waiter {
  bytes: number
  grant: () => void
}

export const createByteBudget = (total: number): ByteBudget => {
  let used = 0
  const waiters: Waiter[] = []

  const serve = () => {
    for (let next = waiters[0]; next !== undefined && used + next.bytes <= total; next = waiters[0]) {
      waiters.shift()
      next.grant()
    }
  }

  const take = (bytes: number) => {
    used += bytes
    let held = true
    return () => {
      if (!held) return
      held = false
      used -= bytes
      serve()
    }
  }

  return {
    total,
    get used() {
      return used
    },
    get waiting() {
      return waiters.length
    },
    reserve(bytes, signal) {
      if (bytes > total) return Promise.reject(new Error(`${bytes} bytes never fit a budget of ${total}`))
      if (signal?.aborted) return Promise.reject(signal.reason)
      if (waiters.length === 0 && used + bytes <= total) return Promise.resolve(take(bytes))
      return new Promise((resolve, reject) => {
        const giveUp = () => {
          waiters.splice(waiters.indexOf(waiter), 1)
          reject(signal?.reason)
          serve()
        }
        const waiter: Waiter = {
          bytes,
          grant: () => {
            signal?.removeEventListener('abort', giveUp)
            resolve(take(bytes))
          },
        }
        signal?.addEventListener('abort', giveUp, { once: true })
        waiters.push(waiter)
      })
    },
  }
}
