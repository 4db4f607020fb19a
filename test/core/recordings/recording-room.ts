import { randomUUID } from 'node:crypto'
import { asc, eq } from 'drizzle-orm'
import postgres from 'postgres'
import { listedFile } from '../../../core/files/current-files.ts'
import { linkImported } from '../../../core/imports/link-imported.ts'
import { runImports } from '../../../core/imports/run-imports.ts'
import { openLog } from '../../../core/log.ts'
import { workOffRecordings } from '../../../core/recordings/work-off.ts'
import { openDatabase, tables } from '../../../db/db.ts'
import { addTemplate, smallTemplate, templateColumns } from '../../support/contact-files.ts'
import { openTreeRoom, send } from '../files/tree-room.ts'
import { wave } from './media/waves.ts'

const { contacts, recordingLinks, recordings, vaultObjects } = tables

/** Half a second of silence, which players play; `mark` makes it bytes of its own. */
export const sound = (mark = 0): Buffer => wave({ data: Buffer.alloc(8_000, mark) })

/** What recorders leave that only looks like a recording. */
export const NO_SOUND = 'this was a note\n'.repeat(20)

/** A contact as a file names it. */
export interface Row {
  ref: string
  audio?: string
  screen?: string
}

const template = {
  ...smallTemplate,
  filePattern: '/in/*.csv',
  columns: templateColumns(
    ['ref', 'REFERENCE'],
    ['agent', 'AGENT'],
    ['at', 'CONTACT_DATE', 'ISO'],
    ['audio', 'RECORDING'],
    ['screen', 'SCREEN_RECORDING'],
  ),
}

const csv = (rows: readonly Row[]) =>
  `ref,agent,at,audio,screen\n${rows.map(({ ref, audio = '', screen = '' }) => `${ref},diane,2026-03-01T10:00:00Z,${audio},${screen}\n`).join('')}`

/** A tenant's tree as SFTP fills it, and the jobs that follow, each run here when the test says so. */
export const openRecordingRoom = async () => {
  const room = await openTreeRoom()
  const { database, vault } = room
  const importing = openDatabase(room.databaseUrl, {
    applicationName: 'imports',
    max: 3,
    statementTimeout: 0,
  })
  const incidents: object[] = []
  const log = openLog('test', 'silent')
  log.error = (what: object) => incidents.push(what)
  const clock = () => new Date()
  const asSuperuser = async <T>(run: (client: postgres.Sql) => Promise<T>): Promise<T> => {
    const client = postgres(room.superuserUrl, { max: 1, onnotice: () => {} })
    try {
      return await run(client)
    } finally {
      await client.end()
    }
  }

  /** What can be done in a tenant of the room, and seen of it. */
  const visit = async (tenantId: string, tree = room.tree) => {
    const inTenant = <T>(work: Parameters<typeof database.asTenant<T>>[1]) =>
      database.asTenant<T>(tenantId, work)
    const signal = new AbortController().signal
    const visited = {
      tenantId,
      tree,
      inTenant,
      send: (path: string, bytes: Buffer | string = sound()) => send(tree, path, bytes),
      /** The job that looks at recordings, and finds their contacts. */
      work: () => workOffRecordings({ database, vault, log, signal, clock }, tenantId),
      /** The job after imports. */
      link: () => linkImported({ database, clock, signal }, tenantId),
      queueImport: (rows: readonly Row[]) => send(tree, `/in/${randomUUID()}.csv`, csv(rows)),
      runImports: () =>
        runImports(
          { imports: importing, database, vault, log, workerId: 'test', running: new Set(), clock },
          tenantId,
          signal,
        ),
      async import(...rows: Row[]) {
        await visited.queueImport(rows)
        await visited.runImports()
      },
      recordings: () =>
        inTenant(tx =>
          tx.select().from(recordings).where(eq(recordings.tenantId, tenantId)).orderBy(asc(recordings.id)),
        ),
      allLinks: () => inTenant(tx => tx.select().from(recordingLinks)),
      contact: (ref: string) =>
        inTenant(async tx => {
          const [contact] = await tx.select().from(contacts).where(eq(contacts.reference, ref))
          if (!contact) throw new Error(`no contact ${ref}`)
          return contact
        }),
      /** `A1 LINKED: /a.wav LINKED AUDIO PATH`, one line for each contact with what it has to do with recordings. */
      async links(...refs: string[]): Promise<string[]> {
        const rows = await inTenant(tx =>
          tx
            .select({
              ref: contacts.reference,
              state: contacts.recordingState,
              link: recordingLinks,
              path: recordings.path,
              replacedById: recordings.replacedById,
            })
            .from(contacts)
            .leftJoin(recordingLinks, eq(recordingLinks.contactId, contacts.id))
            .leftJoin(recordings, eq(recordings.id, recordingLinks.recordingId))
            .where(eq(contacts.tenantId, tenantId)),
        )
        const lines = Map.groupBy(rows, row => `${row.ref} ${row.state}`)
        return [...lines]
          .map(([head, of]) => {
            const words = of.flatMap(({ link, path, replacedById }) =>
              link
                ? `${path} ${link.state} ${link.slot} ${link.how}${replacedById ? ' (replaced)' : ''}`
                : [],
            )
            return `${head}: ${words.sort().join(', ')}`.replace(/: $/, '')
          })
          .filter(line => refs.length === 0 || refs.includes(line.split(' ')[0] ?? ''))
          .sort()
      },
    }
    return visited
  }

  const own = await visit(room.tenantId)
  await addTemplate(database, room.tenantId, template)
  await own.tree.makeFolder('/in')
  return {
    ...room,
    ...own,
    incidents,
    /** Another tenant of the room, with nothing in it. */
    async anotherTenant() {
      const tenantId = await room.createTenant()
      await addTemplate(database, tenantId, template)
      const another = await visit(tenantId, room.treeOf(await room.addAccount(tenantId)))
      await another.tree.makeFolder('/in')
      return another
    },
    /** Under which name the bucket has the bytes that a path lists. */
    keyOf: (path: string) =>
      own.inTenant(async tx => {
        const file = await listedFile(tx, room.tenantId, path)
        const [object] = await tx
          .select({ storageKey: vaultObjects.storageKey })
          .from(vaultObjects)
          .where(eq(vaultObjects.id, file?.objectId ?? ''))
        return object?.storageKey ?? ''
      }),
    /** Payloads of the tenant's jobs that wait. */
    jobs: (task: string, tenantId = room.tenantId) =>
      asSuperuser(async client => {
        const rows = await client<{ payload: unknown }[]>`
          select j.payload from graphile_worker._private_jobs j
            join graphile_worker._private_tasks t on t.id = j.task_id
           where t.identifier = ${task} and j.payload ->> 'tenantId' = ${tenantId}`
        return rows.map(({ payload }) => payload)
      }),
    forgetJobs: () => asSuperuser(client => client`delete from graphile_worker._private_jobs`),
    async [Symbol.asyncDispose]() {
      await importing.close()
      await room[Symbol.asyncDispose]()
    },
  }
}

export type Visitor = Awaited<ReturnType<Awaited<ReturnType<typeof openRecordingRoom>>['anotherTenant']>>
