import { AsyncLocalStorage } from 'node:async_hooks'
import { drizzle, type PostgresJsDatabase } from 'drizzle-orm/postgres-js'
import postgres from 'postgres'
import { relations } from './relations.ts'
import { guardTransaction, settleUnlessLost } from './transaction-guard.ts'

/** A transaction that runs as one tenant or as staff; `$client` is for COPY. No handle outlives its callback. */
export type Tx = PostgresJsDatabase<typeof relations> & { $client: postgres.TransactionSql }
declare const tenant: unique symbol
declare const staff: unique symbol
/** Sees and writes the rows of one tenant. */
export type TenantTx = Tx & { readonly [tenant]: true }
/** Sees and writes the rows of all tenants. */
export type StaffTx = Tx & { readonly [staff]: true }

export interface Database extends AsyncDisposable {
  asTenant<T>(tenantId: string, work: (tx: TenantTx) => Promise<T>): Promise<T>
  asStaff<T>(work: (tx: StaffTx) => Promise<T>): Promise<T>
  /** The login role itself, outside row security's tenants: definer functions, LISTEN, ending backends. No table. */
  readonly plain: postgres.Sql
  /** Transactions that hold a connection now. */
  readonly inUse: number
  close(): Promise<void>
}

export interface DatabaseOptions {
  applicationName: string
  max?: number
  /** Milliseconds; 0 for an import's connection, whose statements may take long. */
  statementTimeout?: number
  /** Milliseconds that a transaction waits for a connection before it fails with `DatabaseBusy`. */
  waitTimeout?: number
}

/** No connection was had in time: all are in use, or the server takes them and says nothing. */
export class DatabaseBusy extends Error {
  override readonly name = 'DatabaseBusy'
}

/** Opens a pool as the application's role, which owns nothing and sees nothing before it takes a role on. */
export function openDatabase(url: string, options: DatabaseOptions): Database {
  const max = options.max ?? 10
  const waitTimeout = options.waitTimeout ?? 30_000
  const plain = postgres(url, {
    max,
    onnotice: () => {},
    connect_timeout: 10,
    // The driver's own waits grow to 20 s: an outage would last that much longer.
    backoff: tries => Math.min(2 ** tries / 100, 1),
    connection: {
      application_name: options.applicationName,
      // Whatever the server's is: days are of 24 hours, and no text of a time depends on it.
      TimeZone: 'UTC',
      statement_timeout: options.statementTimeout ?? 30_000,
      lock_timeout: 5_000,
      idle_in_transaction_session_timeout: 120_000,
    },
  })
  let inUse = 0
  const inside = new AsyncLocalStorage<{ open: boolean }>()
  const run = async <T>(role: string, tenantId: string, work: (tx: Tx) => Promise<T>): Promise<T> => {
    if (inside.getStore()?.open) throw new Error('A transaction inside a transaction would wait for itself.')
    const state = { open: true }
    const isOpen = () => state.open
    const busy = new DatabaseBusy(`None of ${max} database connections was free within ${waitTimeout} ms.`)
    let giveUp = () => {}
    const waited = new Promise<never>((_, reject) => {
      giveUp = () => reject(busy)
    })
    const timer = setTimeout(giveUp, waitTimeout)
    let holds = 0
    const begun = plain.begin(async client => {
      clearTimeout(timer)
      if (!state.open) throw busy
      holds = 1
      inUse += holds
      const value = await settleUnlessLost(async () => {
        await client`select set_config('role', ${role}, true), set_config('nightdrop.tenant', ${tenantId}, true)`
        const guarded = guardTransaction(client, plain, isOpen)
        const tx = drizzle({ client: guarded as unknown as postgres.Sql, relations })
        return inside.run(state, () => work(tx as unknown as Tx))
      }, isOpen)
      return { value }
    })
    const givenBack = () => {
      inUse -= holds
    }
    begun.then(givenBack, givenBack)
    try {
      return (await Promise.race([begun, waited])).value
    } finally {
      clearTimeout(timer)
      state.open = false
    }
  }
  const close = () => plain.end({ timeout: 5 })
  return {
    plain,
    get inUse() {
      return inUse
    },
    asTenant: async (tenantId, work) => {
      if (!tenantId) throw new Error('A transaction as a tenant names one.')
      return run('nightdrop_tenant', tenantId, tx => work(tx as TenantTx))
    },
    asStaff: work => run('nightdrop_staff', '', tx => work(tx as StaffTx)),
    close,
    [Symbol.asyncDispose]: close,
  }
}
