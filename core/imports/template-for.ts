import { desc, eq } from 'drizzle-orm'
import { type Tx, tables } from '../../db/db.ts'
import { compileGlob } from '../templates/glob.ts'
import type { ColumnTemplate } from '../templates/template.ts'
import type { Vault } from '../vault/vault.ts'
import { FileRefused } from './problem.ts'
import { chooseTemplate } from './reading/choose-template.ts'
import { HEAD_BYTES } from './reading/file-head.ts'
import type { ContactFile } from './stored-file.ts'

const { columnTemplates } = tables

export interface ChosenTemplate {
  id: string
  version: number
  template: ColumnTemplate
}

type Candidate = ColumnTemplate & { id: string; version: number }

/** A tenant's templates in force: of each lineage the newest version, unless that is retired. */
export async function templatesInForce(tx: Tx, tenantId: string): Promise<Candidate[]> {
  const newest = await tx
    .selectDistinctOn([columnTemplates.lineage])
    .from(columnTemplates)
    .where(eq(columnTemplates.tenantId, tenantId))
    .orderBy(columnTemplates.lineage, desc(columnTemplates.version))
  // What was validated when the template was made comes back as it was written.
  return newest.filter(row => row.retiredAt === null).map(row => row as unknown as Candidate)
}

/** `.gz` is left off a path before patterns look at it. */
export const patternFits = (pattern: string, path: string): boolean =>
  compileGlob(pattern).matches(path.replace(/(?<=.)\.gz$/i, ''))

/** The template that reads the file: by its path, and by its header where several patterns fit. */
export async function templateFor(tx: Tx, vault: Vault, file: ContactFile): Promise<ChosenTemplate> {
  const { path } = file.receipt
  const candidates = (await templatesInForce(tx, file.tenantId)).filter(row =>
    patternFits(row.filePattern, path),
  )
  // The reader itself says how a file differs from its only template.
  const [only] = candidates
  if (only && candidates.length === 1) return chosen(only)
  const head: Buffer[] = []
  const end = Math.min(HEAD_BYTES, file.object.size)
  for await (const piece of vault.readRange(file.object, 0, end)) head.push(piece)
  const choice = chooseTemplate(Buffer.concat(head), candidates)
  if (choice.kind !== 'one') throw new FileRefused(choice.problem, 0)
  return chosen(choice.template)
}

const chosen = (row: Candidate): ChosenTemplate => ({ id: row.id, version: row.version, template: row })
