import { asc, eq } from 'drizzle-orm'
import postgres from 'postgres'
import { listedFile } from '../../../core/files/current-files.ts'
import { openLog } from '../../../core/log.ts'
import { workOffRecordings } from '../../../core/recordings/work-off.ts'
import { tables } from '../../../db/db.ts'
import { openTreeRoom, send } from '../files/tree-room.ts'
import { wave } from './media/waves.ts'

const { recordings, vaultObjects } = tables

/** Half a second of silence, which players play; `mark` makes it bytes of its own. */
export const sound = (mark = 0): Buffer => wave({ data: Buffer.alloc(8_000, mark) })

/** What recorders leave that only looks like a recording. */
export const NO_SOUND = 'this was a note\n'.repeat(20)

/** A tenant's tree as SFTP fills it, and the job that looks at what comes, run here. */
export const openRecordingRoom = async () => {
  const room = await openTreeRoom()
  const { database, vault, tenantId } = room
  const incidents: object[] = []
  const log = openLog('test', 'silent')
  log.error = (what: object) => incidents.push(what)
  const asSuperuser = async <T>(run: (client: postgres.Sql) => Promise<T>): Promise<T> => {
    const client = postgres(room.superuserUrl, { max: 1, onnotice: () => {} })
    try {
      return await run(client)
    } finally {
      await client.end()
    }
  }
  return {
    ...room,
    incidents,
    inTenant: <T>(work: Parameters<typeof database.asTenant<T>>[1]) => database.asTenant<T>(tenantId, work),
    send: (path: string, bytes: Buffer | string = sound()) => send(room.tree, path, bytes),
    work: (signal = new AbortController().signal) =>
      workOffRecordings({ database, vault, log, signal, clock: () => new Date() }, tenantId),
    recordings: () =>
      database.asTenant(tenantId, tx =>
        tx.select().from(recordings).where(eq(recordings.tenantId, tenantId)).orderBy(asc(recordings.id)),
      ),
    /** Under which name the bucket has the bytes that a path lists. */
    keyOf: (path: string) =>
      database.asTenant(tenantId, async tx => {
        const file = await listedFile(tx, tenantId, path)
        const [object] = await tx
          .select({ storageKey: vaultObjects.storageKey })
          .from(vaultObjects)
          .where(eq(vaultObjects.id, file?.objectId ?? ''))
        return object?.storageKey ?? ''
      }),
    /** Payloads of the tenant's jobs that wait. */
    jobs: (task: string) =>
      asSuperuser(async client => {
        const rows = await client<{ payload: unknown }[]>`
          select j.payload from graphile_worker._private_jobs j
            join graphile_worker._private_tasks t on t.id = j.task_id
           where t.identifier = ${task} and j.payload ->> 'tenantId' = ${tenantId}`
        return rows.map(({ payload }) => payload)
      }),
    forgetJobs: () => asSuperuser(client => client`delete from graphile_worker._private_jobs`),
  }
}
