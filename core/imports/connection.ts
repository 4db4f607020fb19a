import { sql } from 'drizzle-orm'
import type { Database, Tx } from '../../db/db.ts'

/** An import's connection bears its claim: a process id alone may be somebody else's by the time it is ended. */
const connectionName = (claim: string) => `nightdrop-import ${claim}`

/** How long a merge waits for a contact that somebody else has locked; short enough for an orderly end. */
const LOCK_TIMEOUT = '15s'

/** How long it waits for the object store, which is asked several times before it is given up. */
const IDLE_TIMEOUT = '300s'

/** Names the transaction's connection after its claim, and answers its process id. */
export async function nameConnection(tx: Tx, claim: string): Promise<number> {
  const [row] = await tx.execute<{ pid: number }>(
    sql`select pg_backend_pid() as pid, set_config('application_name', ${connectionName(claim)}, true),
               set_config('lock_timeout', ${LOCK_TIMEOUT}, true),
               set_config('idle_in_transaction_session_timeout', ${IDLE_TIMEOUT}, true)`,
  )
  if (!row) throw new Error('The database did not say which process serves this connection.')
  return row.pid
}

/** Ends an import's connection, and with it its transaction. Answers whether it is gone. */
export async function endConnection(
  { plain }: Pick<Database, 'plain'>,
  { pid, claim }: { pid: number; claim: string },
): Promise<boolean> {
  const [row] = await plain<{ gone: boolean }[]>`
    select coalesce(bool_and(pg_terminate_backend(pid, 5000)), true) as gone
      from pg_stat_activity
     where pid = ${pid} and application_name = ${connectionName(claim)}`
  return row?.gone ?? true
}
