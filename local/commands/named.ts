import { userInfo } from 'node:os'
import process from 'node:process'
import { eq } from 'drizzle-orm'
import { audit, type Deed } from '../../core/access/audit.ts'
import { notFound } from '../../core/refusal.ts'
import { type Database, type TenantTx, tables } from '../../db/db.ts'
import { decodeNodeId } from '../../schema/node-id.ts'

const { imports, sftpAccounts, tenants, uploadedFiles } = tables

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

/** The id that was typed: one of the API's, or the database's own; none when it is neither. */
export function idIn(typed: string, type: string): string | undefined {
  if (UUID.test(typed)) return typed
  const named = decodeNodeId(typed)
  return named?.type === type ? named.id : undefined
}

/** The tenant of a slug, or of an id. */
export async function tenantNamed(database: Database, typed: string): Promise<typeof tenants.$inferSelect> {
  const id = idIn(typed, 'Tenant')
  const [tenant] = await database.asStaff(tx =>
    tx
      .select()
      .from(tenants)
      .where(id === undefined ? eq(tenants.slug, typed) : eq(tenants.id, id)),
  )
  if (!tenant) throw notFound(`The tenant ${typed}`)
  return tenant
}

/** The account of a user name, or of an id. */
export async function accountNamed(
  database: Database,
  typed: string,
): Promise<typeof sftpAccounts.$inferSelect> {
  const id = idIn(typed, 'SftpAccount')
  const [account] = await database.asStaff(tx =>
    tx
      .select()
      .from(sftpAccounts)
      .where(id === undefined ? eq(sftpAccounts.username, typed) : eq(sftpAccounts.id, id)),
  )
  if (!account) throw notFound(`The account ${typed}`)
  return account
}

/** The import of an id. */
export async function importNamed(
  database: Database,
  typed: string,
): Promise<{ tenantId: string; id: string; fileId: string }> {
  const id = idIn(typed, 'Import')
  const { tenantId, fileId } = imports
  const [found] = id
    ? await database.asStaff(tx =>
        tx.select({ tenantId, id: imports.id, fileId }).from(imports).where(eq(imports.id, id)),
      )
    : []
  if (!found) throw notFound(`The import ${typed}`)
  return found
}

/** The file of an id, or of the id of one of its imports. */
export async function fileNamed(
  database: Database,
  typed: string,
): Promise<{ tenantId: string; id: string }> {
  const id = idIn(typed, 'UploadedFile')
  const [found] = id
    ? await database.asStaff(tx =>
        tx
          .select({ tenantId: uploadedFiles.tenantId, id: uploadedFiles.id })
          .from(uploadedFiles)
          .where(eq(uploadedFiles.id, id)),
      )
    : []
  if (found) return found
  if (idIn(typed, 'Import') === undefined) throw notFound(`The file ${typed}`)
  const { tenantId, fileId } = await importNamed(database, typed)
  return { tenantId, id: fileId }
}

/** The template's version of an id. */
export function versionNamed(typed: string): string {
  const id = idIn(typed, 'ColumnTemplate')
  if (id === undefined) throw notFound(`The template ${typed}`)
  return id
}

/** Changes something of one tenant and writes it to its trail under the operator's own name, in one transaction. */
export async function changeAsOperator<T>(
  database: Database,
  tenantId: string,
  work: (tx: TenantTx) => Promise<{ result: T; deed: Omit<Deed, 'actor'> }>,
): Promise<T> {
  return await database.asTenant(tenantId, async tx => {
    const { result, deed } = await work(tx)
    await audit(tx, tenantId, { actor: operator(), ...deed })
    return result
  })
}

/** Who typed the command, as the trail shows it. */
export function operator(): string {
  try {
    return `operator:${userInfo().username}`
  } catch {
    // A container's user may have no name.
    return `operator:${process.getuid?.() ?? 'unknown'}`
  }
}
