import { and, desc, eq } from 'drizzle-orm'
import { type Tx, tables } from '../../db/db.ts'
import { notFound, Refusal } from '../refusal.ts'
import { insertVersion, soundTemplate, type TemplateRow } from './create-template.ts'
import type { ColumnTemplateInput } from './template.ts'

const { columnTemplates } = tables

/**
 * A lineage is a template through its versions. One of them at most is in force, the newest: whatever another version
 * takes the place of is retired by that, and a lineage whose newest version is retired reads no more files.
 */

/** Makes the next version of a template that is in force. CONFLICT for an older version, and for one that is retired. */
export async function reviseTemplate(
  tx: Tx,
  tenantId: string,
  id: string,
  input: ColumnTemplateInput,
  now: Date,
): Promise<TemplateRow> {
  const template = soundTemplate(input)
  const { lineage, version, retiredAt } = await lockNewest(tx, tenantId, id)
  if (retiredAt !== null)
    throw new Refusal('CONFLICT', 'This template is retired: make a new one instead of revising it.')
  await endVersion(tx, tenantId, id, now)
  return await insertVersion(tx, tenantId, { lineage, version: version + 1 }, template)
}

/** From here on the lineage reads no files. Again changes nothing; CONFLICT for a version that is not the newest. */
export async function retireTemplate(
  tx: Tx,
  tenantId: string,
  id: string,
  now: Date,
): Promise<{ template: TemplateRow; changed: boolean }> {
  const newest = await lockNewest(tx, tenantId, id)
  if (newest.retiredAt !== null) return { template: newest, changed: false }
  return { template: await endVersion(tx, tenantId, id, now), changed: true }
}

/** The version of that id, locked; whoever waited for the lock finds by the next statement what the other made. */
async function lockNewest(tx: Tx, tenantId: string, id: string): Promise<TemplateRow> {
  const [row] = await tx
    .select()
    .from(columnTemplates)
    .where(and(eq(columnTemplates.tenantId, tenantId), eq(columnTemplates.id, id)))
    .for('no key update')
  if (!row) throw notFound('This template')
  const [newest] = await tx
    .select({ version: columnTemplates.version })
    .from(columnTemplates)
    .where(and(eq(columnTemplates.tenantId, tenantId), eq(columnTemplates.lineage, row.lineage)))
    .orderBy(desc(columnTemplates.version))
    .limit(1)
  if (newest && newest.version !== row.version)
    throw new Refusal(
      'CONFLICT',
      `This is version ${row.version} of the template; version ${newest.version} has taken its place. Read that one, and act on it.`,
    )
  return row
}

async function endVersion(tx: Tx, tenantId: string, id: string, now: Date): Promise<TemplateRow> {
  const [row] = await tx
    .update(columnTemplates)
    .set({ retiredAt: now })
    .where(and(eq(columnTemplates.tenantId, tenantId), eq(columnTemplates.id, id)))
    .returning()
  if (!row) throw new Error(`template ${id} was lost under its lock`)
  return row
}
