import { and, desc, eq } from 'drizzle-orm'
import { LRUCache } from 'lru-cache'
import { type Tx, tables } from '../../db/db.ts'
import { withoutTest } from '../files/paths.ts'
import { compileGlob, type Glob } from '../templates/glob.ts'
import type { ColumnTemplate } from '../templates/template.ts'
import { patternPath } from './packed/archive-names.ts'

const { columnTemplates } = tables

export type TemplateInForce = ColumnTemplate & { id: string; version: number }

/** A tenant's templates in force: of each lineage the newest version, unless that is retired. */
export async function templatesInForce(tx: Tx, tenantId: string): Promise<TemplateInForce[]> {
  const newest = await tx
    .selectDistinctOn([columnTemplates.lineage])
    .from(columnTemplates)
    .where(eq(columnTemplates.tenantId, tenantId))
    .orderBy(columnTemplates.lineage, desc(columnTemplates.version))
  // What was validated when the template was made comes back as it was written.
  return newest.filter(row => row.retiredAt === null).map(row => row as unknown as TemplateInForce)
}

/** A version by its id, in force or not. */
export async function templateOfId(tx: Tx, tenantId: string, id: string): Promise<TemplateInForce> {
  const [row] = await tx
    .select()
    .from(columnTemplates)
    .where(and(eq(columnTemplates.tenantId, tenantId), eq(columnTemplates.id, id)))
  if (!row) throw new Error(`template ${id} is not there`)
  return row as unknown as TemplateInForce
}

/** Only their patterns: each upload asks for them. */
export async function patternsInForce(tx: Tx, tenantId: string): Promise<string[]> {
  const { lineage, version, filePattern, retiredAt } = columnTemplates
  const newest = await tx
    .selectDistinctOn([lineage], { filePattern, retiredAt })
    .from(columnTemplates)
    .where(eq(columnTemplates.tenantId, tenantId))
    .orderBy(lineage, desc(version))
  return newest.filter(row => row.retiredAt === null).map(row => row.filePattern)
}

const compiled = new LRUCache<string, Glob>({ max: 500 })

const globOf = (pattern: string): Glob => {
  const glob = compiled.get(pattern) ?? compileGlob(pattern)
  compiled.set(pattern, glob)
  return glob
}

/** Upper and lower case are one; `.gz` is left off, entries of an archive match by their path inside, what is below `/test` by its path after that. */
export const patternFits = (pattern: string, path: string): boolean =>
  globOf(pattern).matches(patternPath(withoutTest(path)))
