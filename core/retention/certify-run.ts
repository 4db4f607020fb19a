import { and, eq } from 'drizzle-orm'
import { tables } from '../../db/db.ts'
import { entriesOf, storeCertificate } from './certificate-object.ts'
import { lockOpenRun } from './run.ts'
import type { SweepPorts } from './run-share.ts'

const { retentionRuns } = tables

/** What a run deleted. */
export interface RunCounts {
  contacts: number
  recordings: number
  files: number
  bytes: number
}

/** A certificate is handed on: who set the rule is a person's name, and stays on the audit trail. */
const termsIn = (rule: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(rule).filter(([name]) => name !== 'changedBy'))

/** Ends a run: its certificate and its end are written in one transaction. Undefined when somebody else has ended it. */
export async function certifyRun(
  { database, vault, clock }: Pick<SweepPorts, 'database' | 'vault' | 'clock'>,
  tenantId: string,
  runId: string,
): Promise<RunCounts | undefined> {
  return await database.asTenant(tenantId, async tx => {
    const run = await lockOpenRun(tx, tenantId, runId)
    if (run === undefined) return undefined
    const finishedAt = clock()
    const counts = {
      contacts: run.contactsDeleted,
      recordings: run.recordingsDeleted,
      files: run.filesDeleted,
      bytes: run.bytesDeleted,
    }
    const document = {
      kind: 'RETENTION_RUN' as const,
      id: runId,
      tenantId,
      startedAt: run.startedAt.toISOString(),
      finishedAt: finishedAt.toISOString(),
      rule: termsIn(run.rule),
      completeBy: null,
      counts,
    }
    const certificateId = await storeCertificate(tx, vault, document, entriesOf(tx, tenantId, { runId }))
    await tx
      .update(retentionRuns)
      .set({ finishedAt, certificateId })
      .where(and(eq(retentionRuns.tenantId, tenantId), eq(retentionRuns.id, runId)))
    return counts
  })
}
