import { and, desc, eq } from 'drizzle-orm'
import { type Tx, tables } from '../../db/db.ts'
import { contactHead } from '../imports/packed/unpacked-bytes.ts'
import { FileRefused, type Problem } from '../imports/problem.ts'
import { encodeText } from '../imports/reading/text-decoding.ts'
import { patternFits } from '../imports/templates-in-force.ts'
import type { TemplateRow } from '../templates/create-template.ts'
import type { ColumnTemplate } from '../templates/template.ts'
import { storedObject } from '../vault/object-rows.ts'
import type { Vault } from '../vault/vault.ts'
import { type PreviewedRows, previewRows } from './preview-rows.ts'
import { changeInWords, templateChanges } from './template-changes.ts'

const { columnTemplates, imports, uploadedFiles } = tables

/** What is said about a version beside what its reader says about a file. */
export type RevisionWarning = 'TEMPLATE_CHANGED' | 'NEWEST_FILE' | 'NEWEST_FILE_LEFT_OUT'

/** Of a file, its beginning: what a person waits for must not depend on how large the night was. */
const READ_BYTES = 512 * 1024
/** Imports that are looked through for the newest one of the last version. */
const LOOKED_THROUGH = 5_000

/**
 * What changed since the version before, and what this one makes of the newest stored file that the one before read,
 * by the import's own reading. A first version has nothing to be held against.
 */
export async function revisionWarnings(tx: Tx, vault: Vault, revised: TemplateRow): Promise<Problem[]> {
  const [last] = await tx
    .select()
    .from(columnTemplates)
    .where(
      and(
        eq(columnTemplates.tenantId, revised.tenantId),
        eq(columnTemplates.lineage, revised.lineage),
        eq(columnTemplates.version, revised.version - 1),
      ),
    )
  if (!last) return []
  const versions: Versions = { last, revised, before: templateIn(last), after: templateIn(revised) }
  const said = await onNewestFile(tx, vault, versions).catch((error: unknown) => {
    if (error instanceof FileRefused) return [error.problem]
    throw error
  })
  return [...whatChanged(versions), ...said]
}

interface Versions {
  last: TemplateRow
  revised: TemplateRow
  before: ColumnTemplate
  after: ColumnTemplate
}

/** What was validated when the template was made comes back as it was written. */
const templateIn = (row: TemplateRow) => row as unknown as ColumnTemplate

const warning = (
  code: RevisionWarning,
  message: string,
  details: NonNullable<Problem['details']>,
): Problem => ({ code, message, whoseMove: 'ADMIN', row: null, column: null, details })

function whatChanged({ last, before, after }: Versions): Problem[] {
  const changes = templateChanges(before, after)
  if (changes.length === 0) return []
  const words = changes.map(changeInWords).join('; ')
  const details = { version: last.version, changes: changes.map(change => ({ ...change })) }
  return [warning('TEMPLATE_CHANGED', `Since version ${last.version}: ${words}.`, details)]
}

async function onNewestFile(tx: Tx, vault: Vault, versions: Versions): Promise<Problem[]> {
  const { last, revised, before, after } = versions
  const file = await newestFile(tx, last)
  if (!file) return []
  const { path } = file
  const object = await storedObject(tx, revised.tenantId, file.objectId)
  const head = await contactHead(vault, object, { path, length: READ_BYTES + 1 })
  const whole = head.length <= READ_BYTES
  const preview = (template: ColumnTemplate) =>
    previewRows(whole ? head : wholeLines(head.subarray(0, READ_BYTES), template), template)
  const [then, now] = [await preview(before), await preview(after)]
  const leftOut = patternFits(after.filePattern, path)
    ? []
    : [
        warning(
          'NEWEST_FILE_LEFT_OUT',
          `${path} is the newest file that version ${last.version} read, and the pattern ${after.filePattern} does not name it: files of such a name are not read by this version.`,
          { path, filePattern: after.filePattern },
        ),
      ]
  const part = whole ? path : `the beginning of ${path}`
  const counts = `${now.accepted} rows would be accepted and ${now.rejected} rejected`
  const message = `Of ${part}, ${counts}; version ${last.version} accepts ${then.accepted} and rejects ${then.rejected}.`
  const details = { path, whole, before: countsOf(then), after: countsOf(now) }
  const read = now.problems.map(problem => ({ ...problem, details: { ...problem.details, path } }))
  return [...leftOut, warning('NEWEST_FILE', message, details), ...read]
}

const countsOf = ({ accepted, rejected, agents, recordings }: PreviewedRows) => ({
  accepted,
  rejected,
  agents: agents.size,
  recordings: recordings.size,
})

/** Whose bytes are still there; by the order in which files were sent. */
async function newestFile(tx: Tx, { tenantId, id }: TemplateRow) {
  const looked = tx
    .select({ id: imports.id, fileId: imports.fileId, path: imports.path, templateId: imports.templateId })
    .from(imports)
    .where(and(eq(imports.tenantId, tenantId), eq(imports.dryRun, false)))
    .orderBy(desc(imports.id))
    .limit(LOOKED_THROUGH)
    .as('looked')
  const [found] = await tx
    .select({ path: looked.path, objectId: uploadedFiles.objectId })
    .from(looked)
    .innerJoin(uploadedFiles, and(eq(uploadedFiles.tenantId, tenantId), eq(uploadedFiles.id, looked.fileId)))
    .where(and(eq(looked.templateId, id), eq(uploadedFiles.status, 'STORED')))
    .orderBy(desc(looked.fileId))
    .limit(1)
  return found && found.objectId !== null ? { path: found.path, objectId: found.objectId } : undefined
}

/** Up to the last line end, as the template's encoding writes it: LF, or CR where there is none. */
function wholeLines(bytes: Buffer, { dialect: { encoding } }: ColumnTemplate): Buffer {
  const unit = encodeText('\n', encoding).length
  const lastEnd = (character: string): number => {
    const end = encodeText(character, encoding)
    let at = bytes.lastIndexOf(end)
    // The second byte of one character and the first of the next make no line end.
    while (at > 0 && at % unit !== 0) at = bytes.lastIndexOf(end, at - 1)
    return at
  }
  const lf = lastEnd('\n')
  const end = lf > 0 ? lf : lastEnd('\r')
  return end < 0 ? bytes : bytes.subarray(0, end + unit)
}
