import { randomBytes } from 'node:crypto'
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import process from 'node:process'
import { parseArgs } from 'node:util'
import postgres from 'postgres'
import { readConfig } from '../../core/config/process-config.ts'
import { openRun } from '../../core/retention/run.ts'
import { sweep } from '../../core/retention/sweep.ts'
import { openVault } from '../../core/vault/open-vault.ts'
import { openDatabase, tables } from '../../db/db.ts'
import { migrateDatabase } from '../../db/migrate-database.ts'
import { startEmbedded } from '../../local/embedded.ts'
import { freePort } from '../../local/free-port.ts'
import { bootstrapDatabase } from '../../local/postgres/bootstrap.ts'
import { startPostgres } from '../../local/postgres/server.ts'
import { fillOverdue, ruleOf30Days } from '../support/overdue-contacts.ts'
import { silentLog } from '../support/silent-log.ts'

/**
 * A sweep of overdue contacts with their recordings, links and keys, with tombstones, the record outside the database
 * and the certificate; and one plain DELETE of as many of the same rows of another tenant, side by side, by turns.
 */
const { values } = parseArgs({
  options: {
    contacts: { type: 'string', default: '100000' },
    recordings: { type: 'string', default: '20000' },
    rounds: { type: 'string', default: '3' },
    share: { type: 'string' },
    json: { type: 'boolean', default: false },
    statements: { type: 'boolean', default: false },
  },
})
const [contacts, recordings, rounds] = [values.contacts, values.recordings, values.rounds].map(Number) as [
  number,
  number,
  number,
]

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
    settings: values.statements ? { shared_preload_libraries: 'pg_stat_statements' } : {},
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
  },
  folder,
  parts,
)
for (const name of ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY']) process.env[name] = env[name]
const superuser = postgres(server.superuserUrl('nightdrop'), { max: 1, onnotice: () => {} })
parts.defer(() => superuser.end())
const database = parts.use(openDatabase(databaseUrl, { applicationName: 'bench', max: 4 }))
const vault = openVault(readConfig('worker', env))
parts.defer(() => vault.bucket.close())

/** A tenant with so many contacts, all overdue, and recordings of as many of them. */
async function fill(name: string): Promise<string> {
  const [tenant] = await database.asStaff(tx =>
    tx.insert(tables.tenants).values({ slug: name, name }).returning(),
  )
  const id = tenant?.id ?? ''
  await superuser`insert into tenant_keys (tenant_id, version, wrapped_key) values (${id}, 1, ${await vault.newTenantKey(id)})`
  await fillOverdue(superuser, id, { contacts, recordings })
  await ruleOf30Days(superuser, id)
  await superuser`vacuum analyze`
  await superuser`checkpoint`
  return id
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const began = performance.now()
  await work()
  return (performance.now() - began) / 1_000
}

async function sweepAll(tenantId: string): Promise<void> {
  const now = new Date()
  const { id } = await database.asTenant(tenantId, tx => openRun(tx, tenantId, { now }))
  const share = values.share === undefined ? {} : { share: Number(values.share) }
  const ports = { database, vault, log: silentLog(), clock: () => now, ...share }
  await sweep(ports, tenantId, id, new AbortController().signal)
  const left = await database.asTenant(tenantId, tx => tx.$count(tables.contacts))
  if (left > 0) throw new Error(`${left} contacts are left`)
}

/** What a person would write who only wants them gone. */
const deleteAll = (tenantId: string) =>
  superuser.begin(async sql => {
    await sql`delete from recording_links where tenant_id = ${tenantId}`
    await sql`delete from recordings where tenant_id = ${tenantId}`
    await sql`delete from uploaded_files where tenant_id = ${tenantId}`
    await sql`delete from vault_objects where tenant_id = ${tenantId}`
    await sql`delete from contacts where tenant_id = ${tenantId}`
  })

/** The middle of some figures; of an even number of them, the mean of the two in the middle. */
const median = (figures: readonly number[]): number => {
  const sorted = figures.toSorted((one, other) => one - other)
  const [low, high] = [
    sorted[Math.floor((sorted.length - 1) / 2)],
    sorted[Math.ceil((sorted.length - 1) / 2)],
  ]
  return ((low ?? Number.NaN) + (high ?? Number.NaN)) / 2
}

/** Where the database's time went. */
async function showStatements(): Promise<void> {
  const statements = await superuser<{ seconds: number; calls: number; query: string }[]>`
    select round(total_exec_time)::int / 1000.0 as seconds, calls::int, left(regexp_replace(query, '\\s+', ' ', 'g'), 100) as query
      from pg_stat_statements order by total_exec_time desc limit 14`
  for (const { seconds, calls, query } of statements)
    process.stderr.write(`  ${seconds} s in ${calls}: ${query}\n`)
}

const swept: number[] = []
const deleted: number[] = []
for (let round = 1; round <= rounds; round++) {
  const [one, other] = [await fill(`swept-${round}`), await fill(`deleted-${round}`)]
  if (values.statements) await superuser`create extension if not exists pg_stat_statements`
  if (values.statements) await superuser`select pg_stat_statements_reset()`
  swept.push(await timed(() => sweepAll(one)))
  if (values.statements) await showStatements()
  deleted.push(await timed(() => deleteAll(other)))
  process.stderr.write(
    `round ${round}: sweep ${swept.at(-1)?.toFixed(1)} s, DELETE ${deleted.at(-1)?.toFixed(1)} s\n`,
  )
}
const [sweepSeconds, deleteSeconds] = [median(swept), median(deleted)]
const result = { contacts, recordings, sweepSeconds, deleteSeconds, ratio: deleteSeconds / sweepSeconds }
process.stdout.write(
  values.json
    ? `${JSON.stringify(result)}\n`
    : `${[
        `rows       ${contacts} contacts with ${recordings} recordings; medians of ${rounds} rounds`,
        `sweep      ${sweepSeconds.toFixed(1)} s  ${Math.round(contacts / sweepSeconds)} contacts/s`,
        `DELETE     ${deleteSeconds.toFixed(1)} s  of the same rows, in one transaction`,
        `ratio      ${result.ratio.toFixed(2)} of the rate of DELETE`,
      ].join('\n')}\n`,
)
