import { randomBytes } from 'node:crypto'
import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import process from 'node:process'
import { setTimeout as sleep } from 'node:timers/promises'
import postgres from 'postgres'
import { readConfig } from '../../../core/config/process-config.ts'
import { importJob } from '../../../core/imports/states.ts'
import { openVault } from '../../../core/vault/open-vault.ts'
import { type Database, enqueue, openDatabase, tables } from '../../../db/db.ts'
import { migrateDatabase } from '../../../db/migrate-database.ts'
import { startChild } from '../../../local/child.ts'
import { startEmbedded } from '../../../local/embedded.ts'
import { freePort } from '../../../local/free-port.ts'
import { bootstrapDatabase } from '../../../local/postgres/bootstrap.ts'
import { startPostgres } from '../../../local/postgres/server.ts'
import { addTemplate } from '../../support/contact-files.ts'
import { callTemplate } from '../call-records.ts'

/** On standard error: results alone go to standard output. */
export const say = (line: string): void => {
  process.stderr.write(`${line}\n`)
}

/** A durable PostgreSQL, the embedded object store and a worker process, for benchmarks of imports. */
export async function openStand({ statements = false }: { statements?: boolean } = {}) {
  const parts = new AsyncDisposableStack()
  const folder = await mkdtemp('/tmp/nightdrop-bench-')
  parts.defer(() => rm(folder, { recursive: true, force: true }))
  await chmod(folder, 0o755)
  const password = randomBytes(12).toString('hex')
  const postgresFolder = join(folder, 'postgres')
  const server = parts.use(
    await startPostgres({
      folder: postgresFolder,
      port: await freePort(),
      password,
      durable: true,
      settings: statements ? { shared_preload_libraries: 'pg_stat_statements', track_io_timing: 'on' } : {},
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
  const superuserUrl = server.superuserUrl('nightdrop')
  const superuser = postgres(superuserUrl, { max: 1, onnotice: () => {} })
  parts.defer(() => superuser.end())
  const database = parts.use(openDatabase(databaseUrl, { applicationName: 'bench', max: 8 }))
  const vault = openVault(readConfig('worker', env))
  parts.defer(() => vault.bucket.close())
  const worker = parts.use(await startChild('worker', 'worker/main.ts', env))

  const stand = {
    folder,
    postgresFolder,
    superuserUrl,
    superuser,
    database,
    vault,
    worker,
    /** Runs the tenant's imports until the last is through. */
    async importAll(tenantId: string): Promise<void> {
      await database.asTenant(tenantId, tx => enqueue(tx, 'run-imports', { tenantId }, importJob(tenantId)))
      for (;;) {
        const [found] = await superuser<{ waiting: number; failed: number }[]>`
          select count(*) filter (where status <> 'COMPLETED')::int as waiting,
                 count(*) filter (where status in ('REFUSED', 'FAILED'))::int as failed
            from imports where tenant_id = ${tenantId}`
        if (found?.failed) throw new Error(`${found.failed} imports were refused or failed`)
        if (found?.waiting === 0) return
        await sleep(200)
      }
    },
    /** Seconds, and on standard error the processor time: what a busy machine does not change. */
    async timed(what: string, work: () => Promise<unknown>): Promise<number> {
      await superuser`checkpoint`
      const [began, of] = [performance.now(), await cpuSeconds()]
      await work()
      const [seconds, used] = [(performance.now() - began) / 1_000, await cpuSeconds()]
      const [ofDatabase, ofWorker] = [used.database - of.database, used.worker - of.worker]
      say(
        `${what}: ${seconds.toFixed(1)} s; processor time: database ${ofDatabase.toFixed(1)} s, worker ${ofWorker.toFixed(1)} s`,
      )
      return seconds
    },
    /** Where the database's time went. */
    async showStatements(): Promise<void> {
      await superuser`create extension if not exists pg_stat_statements`
      const top = await superuser<{ seconds: number; calls: number; query: string }[]>`
        select round(total_exec_time)::int / 1000.0 as seconds, calls::int, left(regexp_replace(query, '\\s+', ' ', 'g'), 90) as query
          from pg_stat_statements order by total_exec_time desc limit 10`
      for (const { seconds, calls, query } of top) say(`  ${seconds} s in ${calls}: ${query}`)
    },
    [Symbol.asyncDispose]: () => parts.disposeAsync(),
  }

  /** Of PostgreSQL with all its processes, and of the worker. */
  async function cpuSeconds(): Promise<{ database: number; worker: number }> {
    const postmaster = Number((await readFile(join(postgresFolder, 'postmaster.pid'), 'utf8')).split('\n')[0])
    const children = await readFile(`/proc/${postmaster}/task/${postmaster}/children`, 'utf8')
    const times = await Promise.all([postmaster, ...children.trim().split(' ')].map(pid => cpuOf(pid)))
    // What has ended already is counted by its parent.
    return { database: times.reduce((sum, time) => sum + time, 0), worker: await cpuOf(worker.pid) }
  }
  return stand
}

async function cpuOf(pid: number | string): Promise<number> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '')
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return [11, 12, 13, 14].reduce((sum, field) => sum + Number(fields[field] ?? 0), 0) / 100
}

/** Megabytes that a process had in memory at most (VmHWM). */
export async function peakOf(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8')
  return Math.round(Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1] ?? 0) / 1_024)
}

/** A tenant with the template of the call records, and the agents that they name. */
export async function callTenant(on: Database, slug: string, count: number): Promise<string> {
  const id = await on.asStaff(async tx => {
    const [row] = await tx.insert(tables.tenants).values({ slug, name: slug }).returning()
    return row?.id ?? ''
  })
  await addTemplate(on, id, callTemplate)
  const agents = Array.from({ length: count }, (_, index) => `agent${index}`)
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
