import { eq, sql } from 'drizzle-orm'
import { type Database, type TenantTx, tables } from '../../db/db.ts'
import { linkWaitingEvaluations } from '../contacts/waiting-evaluations.ts'
import type { Log } from '../log.ts'
import { destroyRecordings } from '../recordings/destroy-recordings.ts'
import type { TenantHashes } from '../vault/keyed-hashes.ts'
import type { Vault } from '../vault/vault.ts'
import { certifyRun } from './certify-run.ts'
import { destroyRecorded, nothing, type Toll } from './destroy.ts'
import { destroyContacts } from './destroy-contacts.ts'
import { beginning, lockOverdue, type Place } from './due-contacts.ts'
import { hashOldReferences } from './hash-references.ts'
import { purgeRawFiles } from './purge-raw-files.ts'
import { rawDays } from './raw-days.ts'
import { type DestructionRecord, destructionRecord } from './record.ts'
import { type Cutoffs, cutoffs, type RetentionTerms, ruleInForce } from './rule.ts'
import { addToll, findRun, lockOpenRun, type RetentionRun } from './run.ts'
import { expireTombstones, forgetBurials } from './tombstones.ts'

const { tenants } = tables
const DAY_MS = 86_400_000

export interface SweepPorts {
  database: Database
  vault: Vault
  log: Log
  clock: () => Date
  /** What one transaction destroys at most. */
  share?: number
  /** Transactions that destroy contacts side by side. */
  lanes?: number
}

/** A transaction's share: each is written to disk by the database, and twice to the record outside of it. */
const SHARE = 20_000
/** The database has more than one core, and a share waits for its disk at its end. */
const LANES = 2
/** Files have rows and reports of their own. */
const RAW_SHARE = 1_000

/**
 * Works off a run: contacts that are overdue with all that is theirs, recordings that nobody named, raw files and
 * reports, and memories whose time is over; then its certificate. run.ts has the states. Safe anywhere, also twice at
 * once.
 */
export async function sweep(
  ports: SweepPorts,
  tenantId: string,
  runId: string,
  signal: AbortSignal,
): Promise<void> {
  const { database, vault, log } = ports
  const run = await database.asTenant(tenantId, tx => findRun(tx, tenantId, runId))
  if (run === undefined || run.finishedAt !== null) return
  const hashes = await vault.hashes.of(tenantId)
  const work: Work = {
    ...ports,
    record: destructionRecord(vault),
    tenantId,
    run,
    hashes,
    signal,
    confirming: Promise.resolve(),
  }
  while (await database.asTenant(tenantId, tx => hashOldReferences(tx, tenantId, hashes)))
    signal.throwIfAborted()
  await linkWaitingEvaluations(database, tenantId, { signal })
  await sweepContacts(work)
  await sweepOrphans(work)
  await sweepRawFiles(work)
  await forgetTombstones(work)
  await work.confirming
  const ended = await certifyRun(ports, tenantId, runId)
  if (ended) log.info({ tenantId, runId, ...ended }, 'retention run finished')
}

interface Work extends SweepPorts {
  record: DestructionRecord
  tenantId: string
  run: RetentionRun
  hashes: TenantHashes
  signal: AbortSignal
  /** Of the last share. */
  confirming: Promise<void>
}

const termsOf = ({ run }: Work) => run.rule as unknown as RetentionTerms & { changedAt: string | null }

/** The rule may be another one by now: what it does not say any more is not done any more. */
async function stillInForce(tx: TenantTx, work: Work): Promise<boolean> {
  const rule = await ruleInForce(tx, work.tenantId)
  return (rule.changedAt?.toISOString() ?? null) === termsOf(work).changedAt
}

/** One transaction of the run, counted and on record. `last` is none when there is no more. */
async function share<T extends { toll: Toll }>(work: Work, step: (tx: TenantTx) => Promise<T>): Promise<T> {
  const { tenantId, run, clock } = work
  work.signal.throwIfAborted()
  const done = await destroyRecorded(work, tenantId, { origin: { runId: run.id }, at: clock() }, async tx => {
    const destroyed = await step(tx)
    // Last of all, and held until the commit: until here shares of the run go side by side.
    if ((await lockOpenRun(tx, tenantId, run.id)) === undefined)
      throw new Error('The run was ended by another worker.')
    await addToll(tx, tenantId, run.id, destroyed.toll)
    return destroyed
  })
  // The next share is destroyed while this one is confirmed; never are more than two unconfirmed.
  await work.confirming
  work.confirming = done.confirmed
  return done
}

/**
 * Each lane takes the next contacts that no other one has locked, and goes on behind them. When one fails the others end
 * with their share: what it had taken is found again by the next try.
 */
async function sweepContacts(work: Work): Promise<void> {
  const over = new AbortController()
  const signal = AbortSignal.any([work.signal, over.signal])
  const lanes = Array.from({ length: work.lanes ?? LANES }, () =>
    sweepLane({ ...work, signal, confirming: Promise.resolve() }).catch((error: unknown) => {
      over.abort(error)
      throw error
    }),
  )
  await Promise.allSettled(lanes)
  await Promise.all(lanes)
}

async function sweepLane(lane: Work): Promise<void> {
  const { tenantId, hashes, run, clock, share: most = SHARE } = lane
  const due = cutoffs(termsOf(lane), run.asOf)
  for (let place: Place | undefined = beginning; place !== undefined; ) {
    const from: Place = place
    const { last } = await share(lane, async tx => {
      if (!(await stillInForce(tx, lane))) return { toll: nothing(), last: undefined }
      const found = await lockOverdue(tx, tenantId, due, from, most)
      return { toll: await destroyContacts(tx, tenantId, hashes, found.contacts, clock()), last: found.last }
    })
    place = last
  }
  await lane.confirming
}

/** Recordings that have no contact, and none that they may belong to, so many days after they came. */
async function sweepOrphans(work: Work): Promise<void> {
  const { tenantId, hashes, run, clock, share: most = SHARE } = work
  const { unevaluated }: Cutoffs = cutoffs(termsOf(work), run.asOf)
  for (let more = unevaluated !== null; more; ) {
    const { toll } = await share(work, async tx => {
      if (!(await stillInForce(tx, work))) return { toll: nothing() }
      const rows = await tx.execute<{ id: string }>(sql`
        select r.id from recordings r
         where r.tenant_id = ${tenantId} and r.linked_at is null and r.arrived_at < ${unevaluated?.toISOString()}::timestamptz
           and not exists (select from recording_links l
                            where l.tenant_id = r.tenant_id and l.recording_id = r.id and l.state <> 'REJECTED')
         order by r.id limit ${most} for update of r skip locked`)
      const destroyed = await destroyRecordings(
        tx,
        tenantId,
        hashes,
        rows.map(row => row.id),
        clock(),
      )
      return { toll: { ...nothing(), ...destroyed } }
    })
    more = toll.recordings === most
  }
}

/** Raw files, what quotes them, and reports, so many days after they came; whatever the rule says of contacts. */
async function sweepRawFiles(work: Work): Promise<void> {
  const { tenantId, hashes, run, clock, share: limit = RAW_SHARE } = work
  for (let more = true; more; ) {
    const done = await share(work, async tx => {
      const days = rawDays((await daysOf(tx, tenantId)).rawFileDays, await ruleInForce(tx, tenantId))
      const before = new Date(+run.asOf - days * DAY_MS)
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

async function daysOf(tx: TenantTx, tenantId: string) {
  const { rawFileDays, tombstoneDays } = tenants
  const [tenant] = await tx
    .select({ rawFileDays, tombstoneDays })
    .from(tenants)
    .where(eq(tenants.id, tenantId))
  if (!tenant) throw new Error('The tenant is not there.')
  return tenant
}

async function forgetTombstones(work: Work): Promise<void> {
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
