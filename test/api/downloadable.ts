import { randomBytes } from 'node:crypto'
import { createLinks } from '../../core/access/links.ts'
import { reader, type StoreRoom, storeFile } from './stored-file.ts'

/** A stored file of random bytes and a link to it. */
export async function downloadable(room: StoreRoom, tenantId: string, size: number) {
  const bytes = randomBytes(size)
  const { fileId: id } = await storeFile(room, tenantId, { path: '/large.bin', bytes })
  const links = createLinks(room.config.MASTER_KEY, () => 'http://api.test')
  const issuedTo = await reader(room, tenantId)
  return {
    id,
    bytes,
    tokenId: issuedTo.tokenId,
    url: links.sign({ kind: 'file', tenantId, id, issuedTo, use: crypto.randomUUID() }, new Date()),
  }
}
