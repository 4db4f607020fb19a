import type { Database, TenantTx } from '../../db/db.ts'

/** A transaction that stays open while the test does other things, as another process would have one. */
export interface OpenTransaction {
  readonly tx: TenantTx
  commit(): Promise<void>
  rollback(): Promise<void>
}

export async function openTransaction(database: Database, tenantId: string): Promise<OpenTransaction> {
  const begun = Promise.withResolvers<TenantTx>()
  const over = Promise.withResolvers<void>()
  const undone = new Error('rolled back by the test')
  const ended = database.asTenant(tenantId, tx => {
    begun.resolve(tx)
    return over.promise
  })
  ended.catch(begun.reject)
  const tx = await begun.promise
  return {
    tx,
    commit() {
      over.resolve()
      return ended
    },
    async rollback() {
      over.reject(undone)
      await ended.catch((error: unknown) => {
        if (error !== undone) throw error
      })
    },
  }
}
