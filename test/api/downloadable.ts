import { createHash, randomBytes } from 'node:crypto'
import { createLinks } from '../../core/access/links.ts'
import { createToken } from '../../core/access/tokens.ts'
import { beginObject, insertObject } from '../../core/vault/object-rows.ts'
import { tables } from '../../db/db.ts'
import { memoryLedger } from '../core/vault/vault-room.ts'
import type { ApiRoom } from './api-room.ts'

/** A stored file of random bytes and a link to it. */
export async function downloadable(
  room: Pick<ApiRoom, 'database' | 'vault' | 'config'>,
  tenantId: string,
  size: number,
) {
  const bytes = randomBytes(size)
  const object = await room.database.asTenant(tenantId, tx => beginObject(tx, room.vault, tenantId))
  const writer = room.vault.write(object, memoryLedger())
  for (let at = 0; at < size; at += 2 ** 20) await writer.write(bytes.subarray(at, at + 2 ** 20))
  await writer.finish()
  await writer.complete()
  const sha256 = createHash('sha256').update(bytes).digest()
  const [file] = await room.database.asTenant(tenantId, async tx => {
    await insertObject(tx, object, { size, sha256 })
    return await tx
      .insert(tables.uploadedFiles)
      .values({
        tenantId,
        path: '/large.bin',
        kind: 'OTHER',
        status: 'STORED',
        size,
        objectId: object.objectId,
      })
      .returning()
  })
  const id = file?.id ?? ''
  const links = createLinks(room.config.MASTER_KEY, () => 'http://api.test')
  const { apiToken } = await room.database.asTenant(tenantId, tx =>
    createToken(tx, tenantId, { name: 'reader', role: 'READER' }, new Date()),
  )
  const issuedTo = { tokenId: apiToken.id, name: apiToken.name, staff: false }
  return {
    id,
    bytes,
    tokenId: apiToken.id,
    url: links.sign({ kind: 'file', tenantId, id, issuedTo }, new Date()),
  }
}
