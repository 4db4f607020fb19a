import { and, eq } from 'drizzle-orm'
import { type Tx, tables } from '../../db/db.ts'
import { isTest } from '../files/paths.ts'
import { dropTested } from '../files/tested-file.ts'
import type { Problem } from '../imports/problem.ts'
import { templatesInForce } from '../imports/templates-in-force.ts'
import { writeReceipt } from './write-receipt.ts'

const { reports, uploadedFiles } = tables

/** A CSV that no template names is kept and not read. Its sender learns which names would be read. */
export async function writeIgnoredReceipt(
  tx: Tx,
  tenantId: string,
  fileId: string,
  now: Date,
): Promise<void> {
  // Locked, so that it is not renamed into a template's pattern meanwhile.
  const [row] = await tx
    .select()
    .from(uploadedFiles)
    .where(and(eq(uploadedFiles.tenantId, tenantId), eq(uploadedFiles.id, fileId)))
    .for('no key update')
  if (row?.kind !== 'OTHER' || row.status !== 'STORED') return
  // A job may run twice; a file's sender gets one answer.
  if ((await tx.$count(reports, and(eq(reports.tenantId, tenantId), eq(reports.fileId, fileId)))) > 0) return
  const { id, path, size, storedAt } = row
  const dryRun = isTest(path)
  const file = { id, path, size, receivedAt: storedAt?.toISOString() ?? null }
  const templates = await templatesInForce(tx, tenantId)
  const patterns = templates.map(template => `${template.filePattern} ("${template.name}")`)
  const known =
    patterns.length > 0
      ? `Read are files named like: ${patterns.join(', ')}.`
      : 'No column template is in force yet, so no file is read as contacts.'
  const problem: Problem = {
    code: 'NO_TEMPLATE',
    message: `No column template names this file: it is ${dryRun ? 'neither read nor kept, since it was put below /test' : 'kept, and not read'}. ${known}`,
    whoseMove: 'ADMIN',
    row: null,
    column: null,
    details: { patterns: templates.map(template => template.filePattern) },
  }
  await writeReceipt(
    tx,
    tenantId,
    {
      verdict: 'IGNORED',
      whatToDo:
        patterns.length > 0
          ? 'If it holds contacts, send it under one of these names, or have a template made for it.'
          : 'If it holds contacts, have a column template made for it, then send it again.',
      file,
      import: null,
      failure: null,
      problems: [problem],
    },
    now,
  )
  if (dryRun) await dropTested(tx, tenantId, id)
}
