import { AsyncLocalStorage } from 'node:async_hooks'
import { sql } from 'drizzle-orm'
import { drizzle, type PostgresJsDatabase } from 'drizzle-orm/postgres-js'
import postgres from 'postgres'
import { relations } from './relations.ts'
import { guardTransaction } from './transaction-guard.ts'

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
  close(): Promise<void>
}

export interface DatabaseOptions {
  applicationName: string
  max?: number
  /** Milliseconds; 0 for an import's connection, whose statements may take long. */
  statementTimeout?: number
}

const inside = new AsyncLocalStorage<string>()

/** Opens a pool as the application's role, which owns nothing and sees nothing before it takes a role on. */
export function openDatabase(url: string, options: DatabaseOptions): Database {
  const plain = postgres(url, {
    max: options.max ?? 10,
    onnotice: () => {},
    connect_timeout: 10,
    connection: {
      application_name: options.applicationName,
      statement_timeout: options.statementTimeout ?? 30_000,
      lock_timeout: 5_000,
      idle_in_transaction_session_timeout: 120_000,
    },
  })
  const run = <T>(role: string, tenantId: string, work: (tx: Tx) => Promise<T>): Promise<T> => {
    if (inside.getStore() !== undefined)
      throw new Error('A transaction inside a transaction would wait for itself.')
    return inside.run(role, async () => {
      let open = true
      const begun = plain.begin(async client => {
        const guarded = guardTransaction(client, plain, () => open)
        const tx = drizzle({ client: guarded as unknown as postgres.Sql, relations })
        await tx.execute(
          sql`select set_config('role', ${role}, true), set_config('nightdrop.tenant', ${tenantId}, true)`,
        )
        return { value: await work(tx as unknown as Tx) }
      })
      try {
        return (await begun).value
      } finally {
        open = false
      }
    })
  }
  const close = () => plain.end({ timeout: 5 })
  return {
    plain,
    asTenant: (tenantId, work) => run('nightdrop_tenant', tenantId, tx => work(tx as TenantTx)),
    asStaff: work => run('nightdrop_staff', '', tx => work(tx as StaffTx)),
    close,
    [Symbol.asyncDispose]: close,
  }
}
