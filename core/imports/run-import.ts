import { type Attempt, beginAttempt } from './attempt.ts'
import { endConnection } from './connection.ts'
import { refuse } from './ending.ts'
import { markFailed, waitAgain } from './failing.ts'
import { importFile } from './import-file.ts'
import { isArchive } from './packed/archive-names.ts'
import { unpackArchive } from './packed/unpack-archive.ts'
import { contactBytes } from './packed/unpacked-bytes.ts'
import type { ClaimedImport, ImportPorts } from './ports.ts'
import { ClaimLost } from './ports.ts'
import { FileRefused } from './problem.ts'
import { reportProgress } from './progress.ts'
import { readContactFile } from './reading/read-contact-file.ts'
import { allRejected, newTally } from './tally.ts'

/** How a try ended: as a state of the import, or LOST when another worker decides about it by now. */
export type TryEnd = 'COMPLETED' | 'REFUSED' | 'FAILED' | 'SET_ASIDE' | 'QUEUED' | 'LOST'

/** One try of one import, from claim to end. Rejects only when not even the failure could be written. */
export async function runImport(
  ports: ImportPorts,
  claimed: ClaimedImport,
  signal: AbortSignal,
): Promise<TryEnd> {
  const attempt = beginAttempt(ports, claimed)
  const progress = reportProgress(ports, claimed)
  // Ends the reader's thread when the transaction is lost while it waits for it.
  const over = new AbortController()
  const reading = AbortSignal.any([signal, over.signal])
  const letGo = () => void endTransaction(ports, attempt)
  signal.addEventListener('abort', letGo, { once: true })
  try {
    if (isArchive(claimed.path)) await unpackArchive(ports, attempt, progress, reading)
    else
      await ports.imports.asTenant(claimed.tenantId, tx => importFile(tx, ports, attempt, progress, reading))
    return observed(ports, attempt, 'COMPLETED')
  } catch (error) {
    over.abort(error)
    const end = await settle(ports, attempt, error, signal)
    return observed(ports, attempt, end)
  } finally {
    signal.removeEventListener('abort', letGo)
    over.abort()
    await progress.stop()
  }
}

/** A commit whose reply was lost looks like a failure: whoever then finds that the import has ended leaves it alone. */
async function settle(
  ports: ImportPorts,
  attempt: Attempt,
  error: unknown,
  signal: AbortSignal,
): Promise<TryEnd> {
  try {
    if (error instanceof ClaimLost) return 'LOST'
    if (signal.aborted) return await waitAgain(ports, attempt)
    if (error instanceof FileRefused) return await refuseOrFail(ports, attempt, error, signal)
    return await markFailed(ports, attempt, error)
  } catch (second) {
    if (second instanceof ClaimLost) return 'LOST'
    throw second
  }
}

async function refuseOrFail(
  ports: ImportPorts,
  attempt: Attempt,
  refused: FileRefused,
  signal: AbortSignal,
): Promise<TryEnd> {
  try {
    return await refuseFile(ports, attempt, refused, signal)
  } catch (error) {
    if (error instanceof ClaimLost) throw error
    if (signal.aborted) return await waitAgain(ports, attempt)
    ports.log.warn({ err: error, importId: attempt.claimed.id }, 'a refusal could not be written')
    return await markFailed(ports, attempt, error)
  }
}

/** The transaction is rolled back by now: what the file's sender must know is written in one of its own. */
async function refuseFile(
  ports: ImportPorts,
  attempt: Attempt,
  { problem, rowsRead }: FileRefused,
  signal: AbortSignal,
): Promise<TryEnd> {
  const { claimed, csv } = attempt
  await csv.discard()
  if (problem.code === 'TOO_MANY_REJECTED') await writeEveryRow(ports, attempt, signal)
  else attempt.tally = { ...newTally(), ...allRejected(rowsRead) }
  await ports.imports.asTenant(claimed.tenantId, tx => refuse(tx, attempt, problem, rowsRead, ports.clock()))
  return 'REFUSED'
}

/** The file is read once more: a CSV of all its rows, sound ones without a reason, to be corrected and sent again. */
async function writeEveryRow({ database, vault }: ImportPorts, attempt: Attempt, signal: AbortSignal) {
  const { claimed, csv, file, template } = attempt
  if (!file || !template) return
  await database.asTenant(claimed.tenantId, tx => csv.begin(tx))
  const { bytes, size } = contactBytes(vault, file.object, claimed.path)
  const options = { template: template.template, size, everyRow: true, signal }
  for await (const reading of readContactFile(bytes, options))
    if (reading.kind === 'rows') await csv.write(reading.rejectedCsv)
}

async function endTransaction({ database, log }: ImportPorts, { backendPid, claimed }: Attempt) {
  if (backendPid === undefined) return
  try {
    await endConnection(database, { pid: backendPid, claim: claimed.claim })
  } catch (error) {
    log.warn({ err: error, importId: claimed.id }, 'the connection of a stopped import could not be ended')
  }
}

function observed({ observe, clock, log }: ImportPorts, attempt: Attempt, end: TryEnd): TryEnd {
  const { claimed, tally } = attempt
  const seconds = (clock().getTime() - claimed.startedAt.getTime()) / 1_000
  const { tenantId, id: importId } = claimed
  const { rowsRead, created, updated, unchanged, rejected } = tally
  log.info({ tenantId, importId, end, seconds, rowsRead, created, updated, unchanged, rejected }, 'import')
  observe?.ended(end, seconds)
  if (end === 'COMPLETED' && !claimed.dryRun)
    for (const outcome of ['created', 'updated', 'unchanged', 'rejected'] as const)
      observe?.rows(outcome, tally[outcome])
  return end
}
