import { createHash } from 'node:crypto'
import type { IssuedTo } from '../../core/access/links.ts'
import { createToken } from '../../core/access/tokens.ts'
import { beginObject, insertObject } from '../../core/vault/object-rows.ts'
import { tables } from '../../db/db.ts'
import { memoryLedger } from '../core/vault/vault-room.ts'
import type { ApiRoom } from './api-room.ts'

export type StoreRoom = Pick<ApiRoom, 'database' | 'vault' | 'config'>

/** A file as an upload leaves it. */
export async function storeFile(
  { database, vault }: StoreRoom,
  tenantId: string,
  { path, bytes, kind = 'OTHER' }: { path: string; bytes: Buffer; kind?: 'OTHER' | 'RECORDING' },
) {
  const object = await database.asTenant(tenantId, tx => beginObject(tx, vault, tenantId))
  const writer = vault.write(object, memoryLedger())
  for (let at = 0; at < bytes.length; at += 2 ** 20) await writer.write(bytes.subarray(at, at + 2 ** 20))
  await writer.finish()
  await writer.complete()
  const sha256 = createHash('sha256').update(bytes).digest()
  const { objectId, storageKey } = object
  const fileId = await database.asTenant(tenantId, async tx => {
    await insertObject(tx, object, { size: bytes.length, sha256 })
    const [file] = await tx
      .insert(tables.uploadedFiles)
      .values({ tenantId, path, kind, status: 'STORED', size: bytes.length, objectId })
      .returning()
    return file?.id ?? ''
  })
  return { fileId, objectId, storageKey, sha256: sha256.toString('hex') }
}

/** Somebody whom links can be made for. */
export async function reader({ database }: StoreRoom, tenantId: string): Promise<IssuedTo> {
  const { apiToken } = await database.asTenant(tenantId, tx =>
    createToken(tx, tenantId, { name: 'reader', role: 'READER' }, new Date()),
  )
  return { tokenId: apiToken.id, name: apiToken.name, staff: false }
}
