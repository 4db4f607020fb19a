import { and, eq, inArray } from 'drizzle-orm'
import { bury } from '../../core/retention/tombstones.ts'
import type { Vault } from '../../core/vault/vault.ts'
import { type Database, type TenantTx, tables } from '../../db/db.ts'

const { contacts } = tables

export interface SweepRoom {
  database: Database
  vault: Vault
  tenantId: string
  now: Date
}

/** What a sweep does to contacts: they go and are buried in one transaction. */
export async function deleteContacts(
  tx: TenantTx,
  { vault, tenantId, now }: Omit<SweepRoom, 'database'>,
  references: readonly string[],
) {
  const hashes = await vault.hashes.of(tenantId)
  await tx
    .delete(contacts)
    .where(and(eq(contacts.tenantId, tenantId), inArray(contacts.reference, [...references])))
  await bury(
    tx,
    tenantId,
    'REFERENCE',
    references.map(each => hashes.reference(each)),
    now,
  )
}

export const sweep = (room: SweepRoom, ...references: string[]) =>
  room.database.asTenant(room.tenantId, tx => deleteContacts(tx, room, references))
