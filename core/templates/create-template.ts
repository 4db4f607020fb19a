import { newIds, type Tx, tables } from '../../db/db.ts'
import { badInput } from '../refusal.ts'
import type { ColumnTemplate, ColumnTemplateInput } from './template.ts'
import { templateOf, validateTemplate } from './validate-template.ts'

const { columnTemplates } = tables

export type TemplateRow = typeof columnTemplates.$inferSelect

/** Makes the first version of a template; its lineage is its own id. Everything that is wrong with it is said at once. */
export async function createTemplate(
  tx: Tx,
  tenantId: string,
  input: ColumnTemplateInput,
): Promise<TemplateRow> {
  const template = soundTemplate(input)
  const [id = ''] = await newIds(tx, 1)
  return await insertVersion(tx, tenantId, { id, lineage: id, version: 1 }, template)
}

/** The template of an input, or BAD_INPUT with all of its faults. */
export function soundTemplate(input: ColumnTemplateInput): ColumnTemplate {
  const faults = validateTemplate(input)
  if (faults.length > 0) throw badInput(faults)
  return templateOf(input)
}

export async function insertVersion(
  tx: Tx,
  tenantId: string,
  identity: Pick<TemplateRow, 'lineage' | 'version'> & { id?: string },
  { dialect, columns, emptyWords, ...rest }: ColumnTemplate,
): Promise<TemplateRow> {
  const [row] = await tx
    .insert(columnTemplates)
    .values({
      ...rest,
      ...identity,
      tenantId,
      dialect: { ...dialect },
      columns: columns.map(column => ({ ...column })),
      emptyWords: [...emptyWords],
    })
    .returning()
  if (!row) throw new Error('no template was made')
  return row
}
