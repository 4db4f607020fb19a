import { eq, sql } from 'drizzle-orm'
import { type TenantTx, tables } from '../../db/db.ts'
import { nothing } from './destroy.ts'
import { dueByErasures } from './last-trace.ts'
import { purgeRawFiles } from './purge-raw-files.ts'
import { rawDays } from './raw-days.ts'
import { ruleInForce } from './rule.ts'
import { SHARE, share, type Work } from './run-share.ts'
import { expireTombstones, forgetBurials } from './tombstones.ts'

const { tenants } = tables
const DAY_MS = 86_400_000

/** Files have rows and reports of their own. */
const RAW_SHARE = 1_000

/** Raw files, what quotes them, and reports, so many days after they came; whatever the rule says of contacts. */
export async function sweepRawFiles(work: Work): Promise<void> {
  const { tenantId, hashes, run, clock, share: limit = RAW_SHARE } = work
  for (let more = true; more; ) {
    const done = await share(work, async tx => {
      const before = await rawBefore(tx, tenantId, run.asOf)
      const { more: left, ...purged } = await purgeRawFiles(tx, {
        tenantId,
        hashes,
        before,
        limit,
        at: clock(),
      })
      return { toll: { ...nothing(), ...purged }, left }
    })
    more = done.left
  }
}

/** The moment before which raw files came whose time is over, by their days or by an erasure's word. */
async function rawBefore(tx: TenantTx, tenantId: string, asOf: Date): Promise<Date> {
  const days = rawDays((await daysOf(tx, tenantId)).rawFileDays, await ruleInForce(tx, tenantId))
  const ofAge = new Date(+asOf - days * DAY_MS).toISOString()
  const promised = dueByErasures(sql`${tenantId}`, sql`${asOf.toISOString()}::timestamptz`)
  const [row] = await tx.execute<{ before: string }>(
    sql`select greatest(${ofAge}::timestamptz, ${promised}) as before`,
  )
  if (!row) throw new Error('No moment was answered.')
  return new Date(row.before)
}

/** Memories whose time is over. */
export async function forgetTombstones(work: Work): Promise<void> {
  const { database, tenantId, run, share: most = SHARE, signal } = work
  await database.asTenant(tenantId, tx => forgetBurials(tx, tenantId))
  for (let more = true; more; ) {
    signal.throwIfAborted()
    more = await database.asTenant(tenantId, async tx => {
      const before = new Date(+run.asOf - (await daysOf(tx, tenantId)).tombstoneDays * DAY_MS)
      return (await expireTombstones(tx, tenantId, before, most)) === most
    })
  }
}

async function daysOf(tx: TenantTx, tenantId: string) {
  const { rawFileDays, tombstoneDays } = tenants
  const [tenant] = await tx
    .select({ rawFileDays, tombstoneDays })
    .from(tenants)
    .where(eq(tenants.id, tenantId))
  if (!tenant) throw new Error('The tenant is not there.')
  return tenant
}
