import { tables } from '../../db/db.ts'
import { dropTested } from '../files/tested-file.ts'
import { importReceipt } from '../receipts/import-receipt.ts'
import { writeReceipt } from '../receipts/write-receipt.ts'
import type { Attempt } from './attempt.ts'
import { allOf, type Claimed, forgetProgress, giveBack, ownRows } from './claimed.ts'
import { failureOf, isOutage, nameFailure } from './failure.ts'
import { notifyImports } from './notify.ts'
import { isArchive } from './packed/archive-names.ts'
import { countTaken } from './packed/on-record.ts'
import type { ImportPorts } from './ports.ts'
import { MAX_FAILURES, outageSeconds, retrySeconds } from './states.ts'
import { storable } from './storable.ts'
import { importedFile } from './stored-file.ts'
import { allRejected } from './tally.ts'

const { imports } = tables

/** The worker stops: the import waits as before, and nothing failed. */
export async function waitAgain(ports: ImportPorts, { claimed, csv }: Attempt): Promise<'QUEUED'> {
  await ports.database.asTenant(claimed.tenantId, tx => giveBack(tx, [claimed]))
  await csv.discard()
  return 'QUEUED'
}

/** A fault of ours: tried again later, and set aside with an alarm and a receipt when it lasts and is no outage. */
export async function markFailed(
  ports: ImportPorts,
  attempt: Attempt,
  error: unknown,
): Promise<'FAILED' | 'SET_ASIDE'> {
  const { tenantId, id: importId, fileId, startedAt, dryRun } = attempt.claimed
  const own: Claimed = [attempt.claimed]
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
      .where(ownRows(own))
      .returning({ id: imports.id })
    allOf(own, failed)
    await forgetProgress(tx, own)
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
    await notifyImports(tx, tenantId, [importId])
  })
  await attempt.csv.discard()
  return setAside ? 'SET_ASIDE' : 'FAILED'
}
