import { sql } from 'drizzle-orm'
import { type Tx, uuidArray } from '../../../db/db.ts'
import { stagingColumns } from '../reading/staging.ts'

/**
 * A pre-image is a contact as it was before an import changed it for the first time: what it goes back to when the
 * import is undone. Of a contact that the import created there is none, so that the nights' new rows cost nothing.
 *
 * The pre-images of a contact are a chain. `import_id` changed it and `before_import_id` had written what it was, so the
 * contact's own import is the end, and each import's pre-image leads to the one before. Undoing an import takes it out of
 * the chain: from the end, its values go with it; from the middle, the later import's pre-image takes over what its own
 * held, or goes with it, since the later import is the contact's first then.
 *
 * They live as long as the raw file of their import, and go with their contact.
 */
export const PRE_IMAGES = 'contact_pre_images'

/** What a merge may write over, by the names of the contacts' columns; who wrote it is `before_import_id`. */
export const keptColumns: readonly string[] = [
  ...stagingColumns.map(({ name }) => name).filter(name => name !== 'reference' && name !== 'reference_hash'),
  'agent_id',
  'file_mark',
]

/** What the merge's RETURNING says of each row, for `keepPreImages`. */
export const oldValues = [
  'new.id as contact_id',
  'old.import_id as before_import_id',
  ...keptColumns.map(name => `old.${name} as ${name}`),
].join(', ')

/**
 * Of the rows that the merge wrote (`written`), those that their import changed for the first time: what it has written
 * itself, by an earlier row of its file, is no pre-image.
 */
export const keepPreImages = `
  insert into ${PRE_IMAGES} (tenant_id, import_id, contact_id, before_import_id, ${keptColumns.join(', ')})
  select $1::uuid, import_id, contact_id, before_import_id, ${keptColumns.join(', ')}
    from written
   where not created and changed and before_import_id <> import_id`

/** From here on these imports cannot be undone. */
export async function forgetPreImages(
  tx: Pick<Tx, 'execute'>,
  tenantId: string,
  importIds: readonly string[],
): Promise<void> {
  if (importIds.length === 0) return
  await tx.execute(sql`
    delete from ${sql.identifier(PRE_IMAGES)}
     where tenant_id = ${tenantId}::uuid and import_id = any(${uuidArray(importIds)})`)
}
