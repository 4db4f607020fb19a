import { randomBytes } from 'node:crypto'
import { Client } from 'pg'

/** How often a living worker says so, how long it waits for the answer, and after what silence it is given up. */
export const HEARTBEAT_MS = 2_000
const OWN_PATIENCE_MS = 12_000
export const STALLED_SECONDS = 16

/** Of the connection that holds a worker's lock; its process id alone may be somebody else's later. */
export const lifeConnection = (workerId: string) => `nightdrop-life ${workerId}`

/**
 * What tells the other workers that this one lives: a lock that falls with its connection, and a heartbeat for
 * connections that are only half open or a process that only stalled. On a `pg` client, whose end is an event:
 * postgres.js would connect again in silence, without the lock.
 */
export interface SignOfLife {
  /** Resolves with why, when others may take this worker for dead: it may do nothing more then. */
  readonly lost: Promise<Error>
  /** Takes it off the record: for a worker that has no job any more. Never rejects. */
  end(): Promise<void>
}

export async function showLife(databaseUrl: string, workerId: string): Promise<SignOfLife> {
  const client = new Client({
    connectionString: databaseUrl,
    application_name: lifeConnection(workerId),
    connectionTimeoutMillis: 10_000,
    query_timeout: OWN_PATIENCE_MS,
    statement_timeout: OWN_PATIENCE_MS,
    keepAlive: true,
  })
  const { promise: lost, resolve: lose } = Promise.withResolvers<Error>()
  client.on('error', lose)
  client.on('end', () => lose(new Error('The connection of the sign of life ended.')))
  await client.connect()
  const asStaff = async (statement: string, values: unknown[]): Promise<number> => {
    await client.query('begin; set local role nightdrop_staff')
    const { rowCount } = await client.query(statement, values)
    await client.query('commit')
    return rowCount ?? 0
  }
  try {
    const lockKey = randomBytes(8).readBigInt64BE()
    await client.query('select pg_advisory_lock($1)', [lockKey])
    await asStaff('insert into workers (id, lock_key, backend_pid) values ($1, $2, pg_backend_pid())', [
      workerId,
      lockKey,
    ])
  } catch (error) {
    await client.end().catch(() => {})
    throw error
  }

  let lastBeat = performance.now()
  let beating = false
  const beat = async () => {
    const began = performance.now()
    if (began - lastBeat > OWN_PATIENCE_MS) throw new Error('The sign of life could not be renewed in time.')
    if (beating) return
    beating = true
    const renewed = await asStaff('update workers set heartbeat_at = now() where id = $1', [workerId])
    beating = false
    if (renewed === 0) throw new Error('Another worker has taken this one off the record.')
    lastBeat = began
  }
  const timer = setInterval(() => {
    beat().catch((error: unknown) => lose(error instanceof Error ? error : new Error(String(error))))
  }, HEARTBEAT_MS)
  void lost.then(() => clearInterval(timer))

  return {
    lost,
    async end() {
      clearInterval(timer)
      await asStaff('delete from workers where id = $1', [workerId]).catch(() => {})
      await client.end().catch(() => {})
    },
  }
}
