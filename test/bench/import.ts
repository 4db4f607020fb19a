import { randomBytes } from 'node:crypto'
import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import process from 'node:process'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { eq } from 'drizzle-orm'
import postgres from 'postgres'
import { readConfig } from '../../core/config/process-config.ts'
import { importJob } from '../../core/imports/states.ts'
import { openVault } from '../../core/vault/open-vault.ts'
import { type Database, enqueue, openDatabase, tables } from '../../db/db.ts'
import { migrateDatabase } from '../../db/migrate-database.ts'
import { startChild } from '../../local/child.ts'
import { startEmbedded } from '../../local/embedded.ts'
import { freePort } from '../../local/free-port.ts'
import { bootstrapDatabase } from '../../local/postgres/bootstrap.ts'
import { startPostgres } from '../../local/postgres/server.ts'
import { addTemplate, uploadFile } from '../support/contact-files.ts'
import { callRecords, callTemplate } from './call-records.ts'

/**
 * An import of call records, from the encrypted object to committed contacts, by a worker process; and COPY of the
 * same finished rows into the same empty table with its indexes, in one run on one database.
 */
const { values } = parseArgs({
  options: {
    rows: { type: 'string', default: '1000000' },
    agents: { type: 'string', default: '500' },
    again: { type: 'boolean', default: false },
    /** The same rows so many times in one file: for the memory that a large file takes; without COPY beside it. */
    repeat: { type: 'string', default: '1' },
    statements: { type: 'boolean', default: false },
  },
})
const wanted = Number(values.rows)
const repeat = Number(values.repeat)

await using parts = new AsyncDisposableStack()
const folder = await mkdtemp('/tmp/nightdrop-bench-')
parts.defer(() => rm(folder, { recursive: true, force: true }))
await chmod(folder, 0o755)
const password = randomBytes(12).toString('hex')
const server = parts.use(
  await startPostgres({
    folder: join(folder, 'postgres'),
    port: await freePort(),
    password,
    durable: true,
    settings: values.statements
      ? { shared_preload_libraries: 'pg_stat_statements', track_io_timing: 'on' }
      : {},
  }),
)
const { databaseUrl, ownerUrl } = await bootstrapDatabase(
  server.superuserUrl('postgres'),
  'nightdrop',
  password,
)
await migrateDatabase(ownerUrl)
const { filled: env } = await startEmbedded(
  {
    ...process.env,
    DATABASE_URL: databaseUrl,
    DATABASE_OWNER_URL: ownerUrl,
    MASTER_KEY: randomBytes(32).toString('hex'),
    METRICS_PORT: '0',
    LOG_LEVEL: 'warn',
  },
  folder,
  parts,
)
// The AWS SDK's own source of credentials, for the vault in this process.
for (const name of ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY']) process.env[name] = env[name]
const superuser = postgres(server.superuserUrl('nightdrop'), { max: 1, onnotice: () => {} })
parts.defer(() => superuser.end())
const database = parts.use(openDatabase(databaseUrl, { applicationName: 'bench', max: 4 }))
const vault = openVault(readConfig('worker', env))
parts.defer(() => vault.bucket.close())

const tenantId = await makeTenant(database)
const say = (line: string) => process.stderr.write(`${line}\n`)
say(`writing ${wanted} rows to the vault`)
let bytes = 0
async function* counted() {
  for (let round = 0; round < repeat; round++)
    for (const piece of callRecords(wanted, Number(values.agents), round === 0)) {
      bytes += piece.length
      yield piece
    }
}
const worker = parts.use(await startChild('worker', 'worker/main.ts', env))
const idle = await peak(worker.pid)
const files = [await uploadFile(database, vault, tenantId, '/calls.csv', counted(), false)]
const imported = await timed('import', () => importAll())
const memory = await peak(worker.pid)
if (values.statements) await showStatements()
if (values.again) {
  await database.asTenant(tenantId, async tx => {
    const [first] = await tx.select().from(tables.imports)
    const [again] = await tx
      .insert(tables.imports)
      .values({ tenantId, fileId: first?.fileId ?? '', path: '/calls.csv' })
      .returning()
    files.push(again?.id ?? '')
  })
  await timed('the same file again', () => importAll())
}
const copied = repeat > 1 ? undefined : await copyYardstick()
const rate = (seconds: number) => Math.round((wanted * repeat) / seconds)
process.stdout.write(
  `${[
    `rows       ${wanted * repeat} of 12 columns, ${(bytes / 1e6).toFixed(0)} MB`,
    `import     ${imported.toFixed(1)} s  ${rate(imported)} rows/s`,
    ...(copied === undefined
      ? []
      : [
          `COPY       ${copied.toFixed(1)} s  ${rate(copied)} rows/s`,
          `ratio      ${(copied / imported).toFixed(2)} of COPY's rate`,
        ]),
    `memory     ${memory} MB at most, of the worker (VmHWM); ${idle} MB before its first import`,
  ].join('\n')}\n`,
)

async function importAll(): Promise<void> {
  const id = files.at(-1) ?? ''
  await database.asTenant(tenantId, tx => enqueue(tx, 'run-imports', { tenantId }, importJob(tenantId)))
  for (;;) {
    const [found] = await database.asTenant(tenantId, tx =>
      tx.select().from(tables.imports).where(eq(tables.imports.id, id)),
    )
    if (found?.status === 'COMPLETED') return
    if (found?.status === 'REFUSED' || found?.status === 'FAILED')
      throw new Error(`The import ended ${found.status}: ${JSON.stringify(found.failure)}`)
    await sleep(200)
  }
}

/** The finished rows, by the server from a file of its own: nothing is faster than that. */
async function copyYardstick(): Promise<number> {
  const path = join(folder, 'postgres', 'finished-rows')
  await superuser.unsafe(`copy contacts to '${path}'`)
  await superuser`truncate contacts`
  const seconds = await timed('COPY', () => superuser.unsafe(`copy contacts from '${path}'`))
  const [row] = await superuser<{ rows: number }[]>`select count(*)::int as rows from contacts`
  if (row?.rows !== wanted) throw new Error(`${row?.rows} rows were copied`)
  return seconds
}

async function timed(what: string, work: () => Promise<unknown>): Promise<number> {
  await superuser`checkpoint`
  const [began, of] = [performance.now(), await cpuSeconds()]
  await work()
  const [seconds, used] = [(performance.now() - began) / 1_000, await cpuSeconds()]
  const [database, importer] = [used.database - of.database, used.worker - of.worker]
  say(
    `${what}: ${seconds.toFixed(1)} s; processor time: database ${database.toFixed(1)} s, worker ${importer.toFixed(1)} s`,
  )
  return seconds
}

/** Of PostgreSQL with all its processes, and of the worker: what a busy machine does not change. */
async function cpuSeconds(): Promise<{ database: number; worker: number }> {
  const postmaster = Number(
    (await readFile(join(folder, 'postgres', 'postmaster.pid'), 'utf8')).split('\n')[0],
  )
  const children = await readFile(`/proc/${postmaster}/task/${postmaster}/children`, 'utf8')
  const times = await Promise.all([postmaster, ...children.trim().split(' ')].map(pid => cpuOf(pid)))
  // What has ended already is counted by its parent.
  return { database: times.reduce((sum, time) => sum + time, 0), worker: await cpuOf(worker.pid) }
}

async function cpuOf(pid: number | string): Promise<number> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '')
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return [11, 12, 13, 14].reduce((sum, field) => sum + Number(fields[field] ?? 0), 0) / 100
}

/** Where the database's time went. */
async function showStatements(): Promise<void> {
  await superuser`create extension pg_stat_statements`
  const statements = await superuser<{ seconds: number; calls: number; query: string }[]>`
    select round(total_exec_time)::int / 1000.0 as seconds, calls::int, left(regexp_replace(query, '\\s+', ' ', 'g'), 90) as query
      from pg_stat_statements order by total_exec_time desc limit 8`
  for (const { seconds, calls, query } of statements) say(`  ${seconds} s in ${calls}: ${query}`)
}

/** Megabytes that a process had in memory at most. */
async function peak(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8')
  return Math.round(Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1] ?? 0) / 1_024)
}

async function makeTenant(on: Database): Promise<string> {
  const id = await on.asStaff(async tx => {
    const [row] = await tx.insert(tables.tenants).values({ slug: 'bench', name: 'bench' }).returning()
    return row?.id ?? ''
  })
  await addTemplate(on, id, callTemplate)
  const agents = Array.from({ length: Number(values.agents) }, (_, index) => `agent${index}`)
  await on.asTenant(id, async tx => {
    const made = await tx
      .insert(tables.agents)
      .values(agents.map(name => ({ tenantId: id, name, username: name })))
      .returning()
    await tx.insert(tables.agentKeys).values(
      made.map(agent => ({
        tenantId: id,
        agentId: agent.id,
        kind: 'USERNAME' as const,
        key: agent.name,
        given: agent.name,
      })),
    )
  })
  return id
}
