import { randomBytes } from 'node:crypto'
import type { Bucket } from './bucket.ts'
import type { KeyRing, WrappedObjectKey } from './key-ring.ts'
import { createKeyRing } from './key-ring.ts'
import { type KeyedHashes, keyedHashes } from './keyed-hashes.ts'
import { FORMAT_VERSION } from './layout.ts'
import type { MasterKeys } from './master-keys.ts'
import type { ObjectIdentity, ObjectKeys } from './object-keys.ts'
import { readSegments } from './object-reader.ts'
import type { ObjectWriter } from './object-writer.ts'
import { openObjectWriter } from './object-writer.ts'
import type { PartBuffers } from './part-buffers.ts'
import { createPartBuffers } from './part-buffers.ts'
import type { PartLedger } from './part-pump.ts'
import { VaultDamage } from './vault-damage.ts'

/**
 * The encrypted object store. An object is some bytes that can be written once, read in ranges, and destroyed at
 * once by forgetting its wrapped key. The bucket holds ciphertext under random names; everything that tells what it
 * is or opens it stands in PostgreSQL (object-rows.ts). The written format is docs/encryption.md.
 */
export interface Vault extends Pick<KeyRing, 'newTenantKey'> {
  readonly bucket: Bucket
  readonly buffers: PartBuffers
  readonly master: MasterKeys
  /** What is destroyed is remembered by these alone. */
  readonly hashes: KeyedHashes
  /** A name, a key and its wrapping for an object that is about to be written. */
  newObject(identity: ObjectIdentity, wrappedTenantKey: Uint8Array): Promise<NewObject>
  write(target: WriteTarget, ledger: PartLedger): ObjectWriter
  /** From `start` to `end` (exclusive), both within the object. Throws VaultDamage when a byte is not as written. */
  readRange(object: StoredObject, start: number, end: number): AsyncGenerator<Buffer, void, undefined>
  readAll(object: StoredObject): AsyncGenerator<Buffer, void, undefined>
}

/** Everything there is to read an object but the master key. Read its row anew for each use, never keep it. */
export interface StoredObject extends WrappedObjectKey {
  storageKey: string
  format: number
  /** Bytes of plaintext. */
  size: number
}

export interface NewObject {
  storageKey: string
  format: number
  wrappedKey: Buffer
  commitment: Buffer
  keys: ObjectKeys
}

export interface WriteTarget {
  storageKey: string
  keys: ObjectKeys
}

export interface VaultOptions {
  bucket: Bucket
  master: MasterKeys
  /** For the parts of all uploads of this process. */
  partBudgetBytes?: number
}

/** Parts of one object under way at once. */
const PART_WINDOW = 3
const PART_BUDGET = 64 * 2 ** 20

/** Of all objects in the bucket; what else stands there is under other prefixes. */
export const OBJECT_PREFIX = 'objects/'

export const createVault = (options: VaultOptions): Vault => {
  const { bucket, master, partBudgetBytes = PART_BUDGET } = options
  const ring = createKeyRing(master)
  const buffers = createPartBuffers(partBudgetBytes)

  const readRange = async function* (object: StoredObject, start: number, end: number) {
    if (object.format !== FORMAT_VERSION) {
      throw new VaultDamage(object.objectId, 'UNKNOWN_FORMAT', `format ${object.format} is not known`)
    }
    const keys = await ring.objectKeys(object)
    yield* readSegments(bucket, { keys, storageKey: object.storageKey, size: object.size }, start, end)
  }

  return {
    bucket,
    buffers,
    master,
    hashes: keyedHashes(master),
    newTenantKey: tenantId => ring.newTenantKey(tenantId),

    async newObject(identity, wrappedTenantKey) {
      const { wrappedKey, keys } = await ring.newObjectKey(identity, wrappedTenantKey)
      const storageKey = OBJECT_PREFIX + randomBytes(20).toString('hex')
      return { storageKey, format: FORMAT_VERSION, wrappedKey, commitment: keys.commitment, keys }
    },

    write: ({ storageKey, keys }, ledger) =>
      openObjectWriter({ bucket, buffers, keys, storageKey, ledger, window: PART_WINDOW }),

    readRange,
    readAll: object => readRange(object, 0, object.size),
  }
}
