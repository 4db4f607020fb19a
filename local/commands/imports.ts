import { desc, eq } from 'drizzle-orm'
import { importAgain } from '../../core/imports/import-again.ts'
import { undoImport } from '../../core/imports/undo/undo-import.ts'
import { tables } from '../../db/db.ts'
import { encodeNodeId } from '../../schema/node-id.ts'
import type { Call, Result, Subject } from './command.ts'
import { changeAsOperator, fileNamed, importNamed, tenantNamed, versionNamed } from './named.ts'
import { count } from './options.ts'
import { asLines, asTable } from './print.ts'

export const imports: Subject = {
  summary: 'contact files that were read',
  verbs: {
    list: {
      usage: 'TENANT [--first COUNT]',
      summary: 'Imports of a tenant, newest first; 20 unless told.',
      options: { first: { type: 'string' } },
      run: list,
    },
    again: {
      usage: 'FILE [--template TEMPLATE]',
      summary:
        'Reads a stored file, or that of an import, again: with the template named, or the one that fits now.',
      options: { template: { type: 'string' } },
      run: again,
    },
    undo: {
      usage: 'IMPORT',
      summary: 'Takes an import back, but for contacts evaluated, held or changed since.',
      run: undo,
    },
  },
}

async function list(call: Call): Promise<Result> {
  const first = count('first', call.option('first'), 20)
  const { database } = await call.reach()
  const { id: tenantId } = await tenantNamed(database, call.words[0] ?? '')
  const { imports } = tables
  const rows = await database.asTenant(tenantId, tx =>
    tx.select().from(imports).where(eq(imports.tenantId, tenantId)).orderBy(desc(imports.id)).limit(first),
  )
  const value = rows.map(row => ({
    id: encodeNodeId('Import', row.id),
    path: row.path,
    status: row.status,
    rowsRead: row.rowsRead,
    created: row.created,
    updated: row.updated,
    unchanged: row.unchanged,
    rejected: row.rejected,
    finishedAt: row.finishedAt,
  }))
  return {
    value,
    text: asTable(value, [
      'path',
      'status',
      'rowsRead',
      'created',
      'updated',
      'unchanged',
      'rejected',
      'finishedAt',
      'id',
    ]),
  }
}

async function again(call: Call): Promise<Result> {
  const { database } = await call.reach()
  const { tenantId, id: fileId } = await fileNamed(database, call.words[0] ?? '')
  const template = call.option('template')
  const templateId = template === undefined ? undefined : versionNamed(template)
  const made = await changeAsOperator(database, tenantId, async tx => {
    const result = await importAgain(tx, tenantId, { fileId, templateId })
    const details = { file: fileId, columnTemplate: templateId ?? null }
    return { result, deed: { action: 'importAgain', subject: result.id, details } }
  })
  const value = { id: encodeNodeId('Import', made.id), path: made.path, status: made.status }
  return { value, text: asLines(value) }
}

async function undo(call: Call): Promise<Result> {
  const { database } = await call.reach()
  const { tenantId, id } = await importNamed(database, call.words[0] ?? '')
  const { counts } = await changeAsOperator(database, tenantId, async tx => {
    const result = await undoImport(tx, tenantId, id, call.clock())
    const details = { ...result.counts, changed: result.changed }
    return { result, deed: { action: 'undoImport', subject: id, details } }
  })
  const value = { id: encodeNodeId('Import', id), status: 'UNDONE', ...counts }
  return { value, text: asLines(value) }
}
