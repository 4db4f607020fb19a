import type { Database } from '../../db/db.ts'

/**
 * One LISTEN of the process for all who wait. Notifications carry ids only and may be lost when the connection is:
 * they wake whoever waits to look again as its own tenant, and a new connection wakes everybody.
 */
export interface Notifications extends AsyncDisposable {
  /**
   * Wakes on a payload of a channel until the returned function is called; `a` hears of `a:b` as well. Without what
   * was heard when anything may have been missed.
   */
  on(channel: string, payload: string, wake: Wake): () => void
  /** How many wait; none is left when all streams are over. */
  readonly waiting: number
}

export type Wake = (heard?: string) => void

export async function openNotifications(
  database: Database,
  channels: readonly string[],
): Promise<Notifications> {
  const waiters = new Map<string, Set<Wake>>()
  const keyOf = (channel: string, payload: string) => `${channel} ${payload}`
  const wakeAll = () => {
    for (const wakes of waiters.values()) for (const wake of wakes) wake()
  }
  const listening = await Promise.all(
    channels.map(channel =>
      database.plain.listen(
        channel,
        payload => {
          const [above = ''] = payload.split(':', 1)
          for (const name of new Set([payload, above]))
            for (const wake of waiters.get(keyOf(channel, name)) ?? []) wake(payload)
        },
        wakeAll,
      ),
    ),
  )
  return {
    on(channel, payload, wake) {
      const key = keyOf(channel, payload)
      const wakes = waiters.get(key) ?? new Set()
      waiters.set(key, wakes.add(wake))
      return () => {
        wakes.delete(wake)
        if (wakes.size === 0 && waiters.get(key) === wakes) waiters.delete(key)
      }
    },
    get waiting() {
      let count = 0
      for (const wakes of waiters.values()) count += wakes.size
      return count
    },
    async [Symbol.asyncDispose]() {
      await Promise.all(listening.map(listen => listen.unlisten()))
    },
  }
}
