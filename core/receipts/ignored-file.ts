import type { Tx } from '../../db/db.ts'
import type { Problem } from '../imports/problem.ts'
import { receiptFile } from '../imports/stored-file.ts'
import { templatesInForce } from '../imports/template-for.ts'
import { writeReceipt } from './write-receipt.ts'

/** A CSV that no template names is kept and not read. Its sender learns which names would be read. */
export async function writeIgnoredReceipt(
  tx: Tx,
  tenantId: string,
  fileId: string,
  now: Date,
): Promise<void> {
  const file = await receiptFile(tx, tenantId, fileId)
  const templates = await templatesInForce(tx, tenantId)
  const patterns = templates.map(template => `${template.filePattern} ("${template.name}")`)
  const known =
    patterns.length > 0
      ? `Read are files named like: ${patterns.join(', ')}.`
      : 'No column template is in force yet, so no file is read as contacts.'
  const problem: Problem = {
    code: 'NO_TEMPLATE',
    message: `No column template names this file: it is kept, and not read. ${known}`,
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
}
