import { sql } from 'drizzle-orm'
import { type Tx, tables } from '../../../db/db.ts'
import { ancestorsOf } from '../../files/paths.ts'
import type { ClaimedImport } from '../ports.ts'
import { badArchive, named } from './bad-archive.ts'
import type { PlannedEntry } from './plan-entries.ts'

const { folders, uploadedFiles } = tables

/**
 * An archive that waits may be removed, and its name or an entry's given to something else. The sender's doing, so it
 * is refused before anything of it is put on record; whoever is as quick as to do it after that has it tried again.
 */
export async function refuseTakenNames(
  tx: Tx,
  { tenantId, path }: ClaimedImport,
  entries: readonly PlannedEntry[],
): Promise<void> {
  const [folder] = await tx.execute<{ path: string }>(sql`
    select path from ${folders}
     where tenant_id = ${tenantId} and path in (${listed(entries.map(entry => entry.path))}) limit 1`)
  const taken = folder && entries.find(entry => entry.path === folder.path)
  if (taken)
    throw badArchive(
      `has an entry ${named(taken.entry.fileName)}, whose name ${named(taken.path)} is a folder's by now`,
      'Rename or remove that folder, and send the archive again.',
      taken.entry.fileName,
    )
  const [file] = await tx.execute<{ path: string }>(sql`
    select path from ${uploadedFiles}
     where tenant_id = ${tenantId} and listed and path in (${listed(ancestorsOf(path))}) limit 1`)
  if (file)
    throw badArchive(
      `came into the folder ${named(file.path)}, which is a file by now`,
      'Rename or remove that file, and send the archive again.',
    )
}

const listed = (paths: readonly string[]) =>
  sql`select json_array_elements_text(${JSON.stringify(paths)}::text::json)`
