import { type Tx, tables } from '../../db/db.ts'
import { badInput } from '../refusal.ts'
import type { ColumnTemplateInput } from './template.ts'
import { templateOf, validateTemplate } from './validate-template.ts'

const { columnTemplates } = tables

export type TemplateRow = typeof columnTemplates.$inferSelect

/** Makes the first version of a template; its lineage is its own id. Everything that is wrong with it is said at once. */
export async function createTemplate(
  tx: Tx,
  tenantId: string,
  input: ColumnTemplateInput,
): Promise<TemplateRow> {
  const faults = validateTemplate(input)
  if (faults.length > 0) throw badInput(faults)
  const { dialect, columns, emptyWords, ...rest } = templateOf(input)
  const id = crypto.randomUUID()
  const [row] = await tx
    .insert(columnTemplates)
    .values({
      ...rest,
      tenantId,
      id,
      lineage: id,
      dialect: { ...dialect },
      columns: columns.map(column => ({ ...column })),
      emptyWords: [...emptyWords],
    })
    .returning()
  if (!row) throw new Error('no template was made')
  return row
}
