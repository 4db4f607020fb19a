import { and, eq } from 'drizzle-orm'
import { tables } from '../../db/db.ts'
import { dropTested } from '../files/tested-file.ts'
import { importReceipt } from '../receipts/import-receipt.ts'
import { writeReceipt } from '../receipts/write-receipt.ts'
import type { Attempt } from './attempt.ts'
import { forgetProgress } from './ending.ts'
import { failureOf, isOutage, nameFailure } from './failure.ts'
import { notifyImport } from './notify.ts'
import { isArchive } from './packed/archive-names.ts'
import { countTaken } from './packed/on-record.ts'
import { ClaimLost, type ImportPorts } from './ports.ts'
import { MAX_FAILURES, outageSeconds, retrySeconds } from './states.ts'
import { storable } from './storable.ts'
import { importedFile } from './stored-file.ts'
import { allRejected } from './tally.ts'

const { imports } = tables

/** The row as this try claimed it; whoever else has it by now is left alone. */
const own = ({ claimed }: Attempt) =>
  and(
    eq(imports.tenantId, claimed.tenantId),
    eq(imports.id, claimed.id),
    eq(imports.claim, claimed.claim),
    eq(imports.status, 'RUNNING'),
  )

/** The worker stops: the import waits as before, and nothing failed. */
export async function giveBack(ports: ImportPorts, attempt: Attempt): Promise<'QUEUED'> {
  const { tenantId, id } = attempt.claimed
  await ports.database.asTenant(tenantId, async tx => {
    const given = await tx
      .update(imports)
      .set({ status: 'QUEUED', claim: null, startedAt: null })
      .where(own(attempt))
      .returning({ id: imports.id })
    if (given.length === 0) throw new ClaimLost(id)
    await forgetProgress(tx, attempt)
    await notifyImport(tx, tenantId, id)
  })
  await attempt.csv.discard()
  return 'QUEUED'
}

/** A fault of ours: tried again later, and set aside with an alarm and a receipt when it lasts and is no outage. */
export async function markFailed(
  ports: ImportPorts,
  attempt: Attempt,
  error: unknown,
): Promise<'FAILED' | 'SET_ASIDE'> {
  const { tenantId, id: importId, fileId, startedAt, dryRun } = attempt.claimed
  const named = nameFailure(error)
  const outage = isOutage(named)
  const failures = attempt.claimed.failures + (outage ? 0 : 1)
  const outages = outage ? attempt.claimed.outages + 1 : 0
  const now = ports.clock()
  const setAside = failures >= MAX_FAILURES
  const seconds = outage ? outageSeconds(outages) : retrySeconds(failures)
  const retryAt = setAside ? null : new Date(now.getTime() + seconds * 1_000)
  const alarm = { err: error, tenantId, importId, failures, outages, retryAt, code: named.code }
  if (setAside) ports.log.error(alarm, 'an import failed too often and was set aside')
  else ports.log.warn(alarm, 'an import failed and will be tried again')
  await ports.database.asTenant(tenantId, async tx => {
    const taken =
      setAside && !dryRun && isArchive(attempt.claimed.path) ? await countTaken(tx, attempt.claimed) : 0
    const failure = failureOf(named, setAside, taken)
    const failed = await tx
      .update(imports)
      .set({
        status: 'FAILED',
        claim: null,
        failures,
        outages,
        retryAt,
        finishedAt: now,
        setAsideAt: setAside ? now : null,
        failure: storable(failure),
      })
      .where(own(attempt))
      .returning({ id: imports.id })
    if (failed.length === 0) throw new ClaimLost(importId)
    await forgetProgress(tx, attempt)
    if (setAside) {
      const { objectId: _bytes, ...file } = await importedFile(tx, attempt.claimed)
      const receipt = importReceipt(file, {
        id: importId,
        status: 'FAILED',
        failure,
        dryRun,
        startedAt,
        finishedAt: now,
        template: null,
        counts: allRejected(0),
        unlinkedAgents: 0,
        deletedBefore: 0,
        problems: [],
      })
      await writeReceipt(tx, tenantId, receipt, now)
      if (dryRun) await dropTested(tx, tenantId, fileId)
    }
    await notifyImport(tx, tenantId, importId)
  })
  await attempt.csv.discard()
  return setAside ? 'SET_ASIDE' : 'FAILED'
}
