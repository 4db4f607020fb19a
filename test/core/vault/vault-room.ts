import { randomBytes, randomUUID } from 'node:crypto'
import type { Bucket } from '../../../core/vault/bucket.ts'
import { localMasterKeys } from '../../../core/vault/master-keys.ts'
import type { PartLedger, StoredPart } from '../../../core/vault/part-pump.ts'
import type { StoredObject, Vault } from '../../../core/vault/vault.ts'
import { createVault } from '../../../core/vault/vault.ts'
import { memoryBucket } from './memory-bucket.ts'

export const MiB = 2 ** 20

/** A ledger that only remembers. */
export const memoryLedger = (): PartLedger & { multipartId: string | undefined; parts: StoredPart[] } => ({
  multipartId: undefined,
  parts: [],
  async began(multipartId) {
    this.multipartId = multipartId
  },
  async stored(part) {
    this.parts.push(part)
  },
})

export const vaultRoom = async <B extends Bucket>(bucket: B, options: { partBudgetBytes?: number } = {}) => {
  const vault = createVault({ bucket, master: localMasterKeys(randomBytes(32)), ...options })
  const tenantId = randomUUID()
  const wrappedTenantKey = await vault.newTenantKey(tenantId)
  return { vault, bucket, tenantId, wrappedTenantKey }
}

export const memoryRoom = (options: { partBudgetBytes?: number } = {}) => vaultRoom(memoryBucket(), options)

type Room = Pick<Awaited<ReturnType<typeof memoryRoom>>, 'vault' | 'tenantId' | 'wrappedTenantKey'>

/** Writes `bytes` in pieces of `piece` and answers what its row would say. */
export const writeObject = async (room: Room, bytes: Buffer, piece = 100_000): Promise<StoredObject> => {
  const { vault, tenantId, wrappedTenantKey } = room
  const identity = { tenantId, objectId: randomUUID() }
  const created = await vault.newObject(identity, wrappedTenantKey)
  const writer = vault.write(created, memoryLedger())
  for (let at = 0; at < bytes.length; at += piece) await writer.write(bytes.subarray(at, at + piece))
  const { size } = await writer.finish()
  await writer.complete()
  const { storageKey, format, wrappedKey, commitment } = created
  return { ...identity, wrappedTenantKey, storageKey, format, wrappedKey, commitment, size }
}

export const collect = async (stream: AsyncIterable<Buffer>): Promise<Buffer> => {
  const chunks: Buffer[] = []
  for await (const chunk of stream) chunks.push(chunk)
  return Buffer.concat(chunks)
}

export const readBack = (vault: Vault, object: StoredObject): Promise<Buffer> =>
  collect(vault.readAll(object))
