import { and, desc, eq, isNull } from 'drizzle-orm'
import { tables } from '../../db/db.ts'
import { encodeNodeId } from '../../schema/node-id.ts'
import type { Call, Result, Subject } from './command.ts'
import { tenantNamed } from './named.ts'
import { asTable } from './print.ts'

export const template: Subject = {
  summary: 'how contact files are read',
  verbs: {
    list: { usage: 'TENANT', summary: 'Templates in force, newest first.', run: list },
  },
}

async function list(call: Call): Promise<Result> {
  const { database } = await call.reach()
  const { id: tenantId } = await tenantNamed(database, call.words[0] ?? '')
  const { columnTemplates: t } = tables
  const rows = await database.asTenant(tenantId, tx =>
    tx
      .select()
      .from(t)
      .where(and(eq(t.tenantId, tenantId), isNull(t.retiredAt)))
      .orderBy(desc(t.id)),
  )
  const value = rows.map(({ id, name, version, filePattern, agentKey, timeZone, createdAt }) => ({
    id: encodeNodeId('ColumnTemplate', id),
    name,
    version,
    filePattern,
    agentKey,
    timeZone,
    createdAt,
  }))
  return {
    value,
    text: asTable(value, ['name', 'version', 'filePattern', 'agentKey', 'timeZone', 'createdAt', 'id']),
  }
}
