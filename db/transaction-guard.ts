import { setImmediate as nextTurn } from 'node:timers/promises'
import type postgres from 'postgres'

/** A transaction's handle was used after the transaction had ended. */
export class TransactionOver extends Error {
  override readonly name = 'TransactionOver'
}

/**
 * A connection that is lost in the middle of a transaction is opened again for somebody else; a late query on the
 * old handle would then run in their transaction, as their tenant. So a handle dies with its transaction.
 * drizzle needs `options` and `parameters`, which postgres.js leaves out of a transaction's client.
 */
export function guardTransaction(
  client: postgres.TransactionSql,
  pool: postgres.Sql,
  isOpen: () => boolean,
): postgres.TransactionSql {
  const check = () => {
    if (!isOpen()) throw new TransactionOver('This transaction is over.')
  }
  return new Proxy(client, {
    apply(target, self, args) {
      check()
      return Reflect.apply(target, self, args)
    },
    get(target, key) {
      if (key === 'options' || key === 'parameters') return pool[key]
      check()
      if (key === 'savepoint' || key === 'begin') return nested
      return Reflect.get(target, key)
    },
  })

  /** A savepoint, by drizzle's `tx.transaction` or by itself. It takes no name: none is needed. */
  function nested<T>(work: (inner: postgres.TransactionSql) => Promise<T>) {
    return client.savepoint(inner =>
      settleUnlessLost(() => work(guardTransaction(inner, pool, isOpen)), isOpen),
    )
  }
}

/**
 * What postgres.js does after a transaction's callback, COMMIT or ROLLBACK, it does on the same connection object,
 * even when that was lost meanwhile and serves another transaction by now: half of that would be committed, or what
 * it wrote be undone and its COMMIT answered all the same. So the callback of a lost transaction never settles; its
 * caller has had the error already.
 */
export async function settleUnlessLost<T>(work: () => Promise<T>, isOpen: () => boolean): Promise<T> {
  try {
    const value = await work()
    if (isOpen()) return value
  } catch (error) {
    // The connection's end is told after the failure of the query it ended.
    await nextTurn()
    if (isOpen()) throw error
  }
  return new Promise<never>(() => {})
}
