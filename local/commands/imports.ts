import { desc, eq } from 'drizzle-orm'
import { tables } from '../../db/db.ts'
import { encodeNodeId } from '../../schema/node-id.ts'
import type { Call, Result, Subject } from './command.ts'
import { tenantNamed } from './named.ts'
import { count } from './options.ts'
import { asTable } from './print.ts'

export const imports: Subject = {
  summary: 'contact files that were read',
  verbs: {
    list: {
      usage: 'TENANT [--first COUNT]',
      summary: 'Imports of a tenant, newest first; 20 unless told.',
      options: { first: { type: 'string' } },
      run: list,
    },
  },
}

async function list(call: Call): Promise<Result> {
  const { database } = await call.reach()
  const first = count('first', call.option('first'), 20)
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
