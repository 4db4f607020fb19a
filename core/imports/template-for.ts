import type { Tx } from '../../db/db.ts'
import type { ColumnTemplate } from '../templates/template.ts'
import type { Vault } from '../vault/vault.ts'
import { contactHead } from './packed/unpacked-bytes.ts'
import { FileRefused } from './problem.ts'
import { chooseTemplate } from './reading/choose-template.ts'
import { HEAD_BYTES } from './reading/file-head.ts'
import type { ContactFile } from './stored-file.ts'
import { patternFits, type TemplateInForce, templateOfId, templatesInForce } from './templates-in-force.ts'

export interface ChosenTemplate {
  id: string
  version: number
  template: ColumnTemplate
}

/** The template that reads the file: the one asked for, else by its path, and by its header where several patterns fit. */
export async function templateFor(
  tx: Tx,
  vault: Vault,
  file: ContactFile,
  askedFor: string | null,
): Promise<ChosenTemplate> {
  if (askedFor !== null) return chosen(await templateOfId(tx, file.tenantId, askedFor))
  return await templateAmong(await templatesInForce(tx, file.tenantId), vault, file)
}

/** By path and header, where the tenant's templates in force are known already. */
export async function templateAmong(
  templates: readonly TemplateInForce[],
  vault: Vault,
  file: ContactFile,
): Promise<ChosenTemplate> {
  const { path } = file.receipt
  const candidates = templates.filter(row => patternFits(row.filePattern, path))
  // The reader itself says how a file differs from its only template.
  const [only] = candidates
  if (only && candidates.length === 1) return chosen(only)
  const choice = chooseTemplate(
    await contactHead(vault, file.object, { path, length: HEAD_BYTES }),
    candidates,
  )
  if (choice.kind !== 'one') throw new FileRefused(choice.problem, 0)
  return chosen(choice.template)
}

const chosen = (row: TemplateInForce): ChosenTemplate => ({ id: row.id, version: row.version, template: row })
