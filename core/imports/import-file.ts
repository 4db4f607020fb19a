import { sql } from 'drizzle-orm'
import type { Tx } from '../../db/db.ts'
import { countUnanswered, prepareAgents } from './answering-agents.ts'
import type { Attempt } from './attempt.ts'
import { holdClaim } from './claimed.ts'
import { nameConnection } from './connection.ts'
import { withDeleted } from './deleted-rows.ts'
import { complete } from './ending.ts'
import { mergeChunk } from './merge.ts'
import { olderMayReturn } from './older-may-return.ts'
import { contactBytes } from './packed/unpacked-bytes.ts'
import type { ImportPorts } from './ports.ts'
import { FileRefused } from './problem.ts'
import type { ProgressReporter } from './progress.ts'
import { readContactFile, tooManyRejected } from './reading/read-contact-file.ts'
import { createStagingTable } from './staging-table.ts'
import { findFile } from './stored-file.ts'
import { addChunk } from './tally.ts'
import { templateFor } from './template-for.ts'

/**
 * The one transaction of an import: from the claim to the receipt. While PostgreSQL merges a chunk, the reader's
 * thread parses the next ones. Throws what ends the try otherwise, with nothing kept.
 */
export async function importFile(
  tx: Tx,
  ports: ImportPorts,
  attempt: Attempt,
  progress: ProgressReporter,
  signal: AbortSignal,
): Promise<void> {
  const { claimed, tally, csv } = attempt
  attempt.backendPid = await nameConnection(tx, claimed.claim)
  await holdClaim(tx, [claimed])
  await progress.connectedAs(attempt.backendPid)
  attempt.file = await findFile(tx, claimed)
  const { object } = attempt.file
  attempt.template = await templateFor(tx, ports.vault, attempt.file, claimed.templateId)
  const { template } = attempt.template

  await createStagingTable(tx)
  await prepareAgents(tx, claimed.tenantId, template.agentKey)
  const { key: hashKey } = await ports.vault.hashes.of(claimed.tenantId)
  const rules = { existing: template.existingContact, markUnchanged: await olderMayReturn(tx, claimed) }
  const contents = contactBytes(ports.vault, object, claimed.path)
  // All that it writes from here on, and every lock that it takes, is let go of before its end is written.
  if (claimed.dryRun) await tx.execute(sql`savepoint dry_run`)
  for await (const reading of readContactFile(contents.bytes, {
    template,
    size: contents.size,
    hashKey,
    signal,
  })) {
    if (reading.kind === 'summary') {
      attempt.problems = withDeleted(reading.problems, tally.deletedBefore, tally.deletedExamples)
      const problem = tooManyRejected(reading, template)
      if (problem) throw new FileRefused(problem, reading.rowsRead)
      continue
    }
    signal.throwIfAborted()
    if (reading.rejectedCsv.length > 0) {
      if (!csv.begun) await csv.begin(tx)
      await csv.write(reading.rejectedCsv)
    }
    addChunk(tally, reading, await mergeChunk(tx, claimed, rules, reading))
    const { rowsRead, rejected } = tally
    progress.moved({ rowsRead, rejected, progress: contents.share(reading.bytesReadSoFar) })
  }
  signal.throwIfAborted()
  await progress.stop()
  const unlinkedAgents = await countUnanswered(tx)
  if (claimed.dryRun) await tx.execute(sql`rollback to savepoint dry_run`)
  await complete(tx, attempt, unlinkedAgents, ports.clock())
}
