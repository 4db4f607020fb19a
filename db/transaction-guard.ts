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
      return Reflect.get(target, key)
    },
  })
}
