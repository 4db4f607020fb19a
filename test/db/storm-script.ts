/**
 * Many tenants' transactions while one backend is killed every 30 ms. Run under Node and under Deno by storm.test.ts:
 * storm-script.ts <application's url> <superuser's url> <milliseconds>. Prints one line of JSON.
 */
import { randomUUID } from 'node:crypto'
import process from 'node:process'
import { setTimeout as sleep } from 'node:timers/promises'
import { eq, sql } from 'drizzle-orm'
import postgres from 'postgres'
import { openDatabase, tables } from '../../db/db.ts'

const [databaseUrl = '', superuserUrl = '', duration = '8000'] = process.argv.slice(2)
const database = openDatabase(databaseUrl, { applicationName: 'storm', max: 10 })
const superuser = postgres(superuserUrl, { max: 1 })
const figures = {
  kills: 0,
  transactions: 0,
  failed: 0,
  leaks: 0,
  hangs: 0,
  lost: 0,
  halves: 0,
  recovered: 0,
  slowest: 0,
}
const errors: Record<string, number> = {}

const tenants = await database.asStaff(async tx =>
  tx
    .insert(tables.tenants)
    .values(Array.from({ length: 12 }, (_, i) => ({ slug: `storm-${i}`, name: `storm ${i}` })))
    .returning(),
)
const acknowledged: string[] = []

/** Two rows or none, each naming its tenant; reads back and finds its own tenant alone. */
async function oneTransaction(): Promise<void> {
  const tenantId = tenants[Math.floor(Math.random() * tenants.length)]?.id ?? ''
  const subject = randomUUID()
  const event = { tenantId, actor: tenantId, subject }
  await database.asTenant(tenantId, async tx => {
    await tx.insert(tables.auditEvents).values({ ...event, action: 'first' })
    if (Math.random() < 0.5) await sleep(Math.random() * 8)
    const rows = await tx
      .select({ tenantId: tables.auditEvents.tenantId, actor: tables.auditEvents.actor })
      .from(tables.auditEvents)
      .orderBy(sql`random()`)
      .limit(20)
    if (rows.length === 0 || rows.some(row => row.tenantId !== tenantId || row.actor !== tenantId))
      figures.leaks++
    await tx.insert(tables.auditEvents).values({ ...event, action: 'second' })
    if (Math.random() < 0.2) await sleep(Math.random() * 8)
  })
  acknowledged.push(subject)
}

async function watched(): Promise<boolean> {
  const began = performance.now()
  const timer = new AbortController()
  try {
    await Promise.race([
      oneTransaction(),
      sleep(15_000, undefined, { signal: timer.signal }).then(() => {
        figures.hangs++
        throw new Error('hung')
      }),
    ])
    figures.transactions++
    return true
  } catch (error) {
    figures.failed++
    const cause = ((error as Error).cause ?? error) as { code?: string; message: string }
    const name = cause.code ?? cause.message
    errors[name] = (errors[name] ?? 0) + 1
    return false
  } finally {
    timer.abort()
    figures.slowest = Math.max(figures.slowest, Math.round(performance.now() - began))
  }
}

const end = performance.now() + Number(duration)
const storming = () => performance.now() < end
const kill = async () => {
  while (storming()) {
    const killed = await superuser`
      select pg_terminate_backend(pid) from pg_stat_activity
       where application_name = 'storm' and datname = current_database() order by random() limit 1`
    figures.kills += killed.length
    await sleep(30)
  }
}
const work = async () => {
  while (storming()) await watched()
}
await Promise.all([kill(), ...Array.from({ length: 25 }, work)])

// After the storm every transaction succeeds, but for those that meet a connection whose end is still on its way.
const deadline = performance.now() + 5_000
while (figures.recovered < 50 && performance.now() < deadline)
  figures.recovered = (await watched()) ? figures.recovered + 1 : 0

const kept = await database.asStaff(tx =>
  tx
    .select({ subject: tables.auditEvents.subject, rows: sql<number>`count(*)::int` })
    .from(tables.auditEvents)
    .innerJoin(tables.tenants, eq(tables.tenants.id, tables.auditEvents.tenantId))
    .groupBy(tables.auditEvents.subject),
)
const whole = new Set(kept.filter(row => row.rows === 2).map(row => row.subject))
figures.halves = kept.length - whole.size
figures.lost = acknowledged.filter(subject => !whole.has(subject)).length
await database.close()
await superuser.end()
console.log(JSON.stringify({ ...figures, errors }))
