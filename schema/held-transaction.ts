import type { Tx } from '../db/db.ts'

/** A transaction for reading, open from here to `end`: execution has no callback to be put into. */
export interface HeldTransaction {
  readonly tx: Tx
  end(): Promise<void>
}

export async function holdTransaction(
  begin: (work: (tx: Tx) => Promise<void>) => Promise<void>,
): Promise<HeldTransaction> {
  const started = Promise.withResolvers<Tx>()
  const over = Promise.withResolvers<void>()
  const ended = begin(tx => {
    started.resolve(tx)
    return over.promise
  })
  ended.catch(started.reject)
  const tx = await started.promise
  return {
    tx,
    async end() {
      over.resolve()
      // It only read. What failed in it was told where it was read, and the driver tells it here again.
      await ended.catch(() => {})
    },
  }
}
