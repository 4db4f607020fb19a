import { linkWaitingEvaluations } from '../evaluations/waiting-evaluations.ts'
import { certifyRun, type RunCounts } from './certify-run.ts'
import { isAnyOverdue } from './due-contacts.ts'
import { hashOldReferences } from './hash-references.ts'
import { destructionRecord } from './record.ts'
import { cutoffs } from './rule.ts'
import { findRun } from './run.ts'
import { type SweepPorts, stillInForce, termsOf, type Work } from './run-share.ts'
import { forgetTombstones, sweepRawFiles } from './sweep-by-age.ts'
import { sweepContacts } from './sweep-contacts.ts'
import { sweepOrphans } from './sweep-orphans.ts'

/**
 * Works off a run: contacts that are overdue with all that is theirs, recordings that nobody named, raw files and
 * reports, and memories whose time is over; then its certificate. run.ts has the states. Safe anywhere, also twice at
 * once. Answers what was deleted, to the one who ended the run. While an import holds contacts that are overdue the run is
 * not over: it is worked off again in some minutes (nights.ts).
 */
export async function sweep(
  ports: SweepPorts,
  tenantId: string,
  runId: string,
  signal: AbortSignal,
): Promise<RunCounts | undefined> {
  const { database, vault, log } = ports
  const run = await database.asTenant(tenantId, tx => findRun(tx, tenantId, runId))
  if (run === undefined || run.finishedAt !== null) return undefined
  const hashes = await vault.hashes.of(tenantId)
  const work: Work = {
    ...ports,
    record: destructionRecord(vault),
    tenantId,
    run: { ...run, asOf: earlier(run.asOf, ports.clock()) },
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
  if (await goesOn(work)) {
    log.info({ tenantId, runId }, 'an import holds contacts that are overdue: the retention run goes on')
    return undefined
  }
  const ended = await certifyRun(ports, tenantId, runId)
  if (ended) log.info({ tenantId, runId, ...ended }, 'retention run finished')
  return ended
}

/** A run that another machine began by a clock that was ahead must not take what is not due yet. */
const earlier = (one: Date, other: Date): Date => (one < other ? one : other)

/** The next night must not wait for a run that cannot end. */
const LONGEST_MS = 20 * 3_600_000

/**
 * Contacts are left that the rule deletes. An import holds all rows that it has met until its end, also those that it
 * leaves as they are: senders whose export holds months, night after night, would keep them from ever going.
 */
async function goesOn(work: Work): Promise<boolean> {
  const { database, tenantId, run, clock } = work
  if (+clock() - +run.startedAt > LONGEST_MS) return false
  const due = cutoffs(termsOf(work), run.asOf)
  return await database.asTenant(
    tenantId,
    async tx => (await stillInForce(tx, work)) && (await isAnyOverdue(tx, tenantId, due)),
  )
}
