import { type SQL, sql } from 'drizzle-orm'
import type { Database } from '../../db/db.ts'
import { answeringAgents } from '../imports/answering-agents.ts'
import { badInput } from '../refusal.ts'
import type { ColumnTemplateInput } from '../templates/template.ts'
import { templateOf, validateTemplate } from '../templates/validate-template.ts'
import type { PreviewedRows } from './preview-rows.ts'
import { previewRows } from './preview-rows.ts'

export interface TemplatePreview extends Pick<PreviewedRows, 'accepted' | 'rejected' | 'rows' | 'problems'> {
  /** Agents of the accepted rows that are known, each once. */
  agentsLinked: number
  /** Recordings that the accepted rows name, each once. */
  recordingsNamed: number
}

/**
 * What a template would make of a sample: the import's own reading, row by row, and nothing kept. A template that is not
 * sound is BAD_INPUT with a path to each field; what is wrong with the file is among the problems.
 */
export async function previewTemplate(
  database: Database,
  tenantId: string,
  bytes: Uint8Array,
  input: ColumnTemplateInput,
): Promise<TemplatePreview> {
  const faults = validateTemplate(input)
  if (faults.length > 0) throw badInput(faults)
  const template = templateOf(input)
  const { agents, recordings, ...preview } = await previewRows(bytes, template)
  const linked = await database.asTenant(tenantId, tx =>
    tx.execute<{ linked: number }>(sql`
      select count(*)::int as linked
        from (${answeringAgents(tenantId, template.agentKey)}) answering
       where key in (select jsonb_array_elements_text(${asJson(agents)}))`),
  )
  return { ...preview, agentsLinked: linked[0]?.linked ?? 0, recordingsNamed: recordings.size }
}

/** One parameter, however many keys. */
const asJson = (keys: ReadonlySet<string>): SQL => sql`${JSON.stringify([...keys])}::text::jsonb`
