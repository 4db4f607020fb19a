import type { KeyObject } from 'node:crypto'
import { randomBytes } from 'node:crypto'
import { LRUCache } from 'lru-cache'
import { KEY_BYTES, unwrapKey, wrapKey, wrappingKey } from './key-wrap.ts'
import type { MasterKeys } from './master-keys.ts'
import type { ObjectIdentity, ObjectKeys } from './object-keys.ts'
import { checkCommitment, deriveObjectKeys, identityBytes } from './object-keys.ts'
import { VaultDamage } from './vault-damage.ts'

/** What the rows say about an object's key. Without it nothing opens, whatever is cached. */
export interface WrappedObjectKey extends ObjectIdentity {
  wrappedTenantKey: Uint8Array
  wrappedKey: Uint8Array
  commitment: Uint8Array
}

export interface KeyRing {
  /** For a new tenant's row. */
  newTenantKey(tenantId: string): Promise<Buffer>
  /** For a new object's row, and the keys to write it with. */
  newObjectKey(
    identity: ObjectIdentity,
    wrappedTenantKey: Uint8Array,
  ): Promise<{ wrappedKey: Buffer; keys: ObjectKeys }>
  /** Throws VaultDamage WRONG_KEY when they do not belong together. Read the row first, every time. */
  objectKeys(wrapped: WrappedObjectKey): Promise<ObjectKeys>
}

/** Long enough for a burst of reads of one object, short enough to forget a destroyed key. */
const CACHE_SECONDS = 5

/**
 * Caches are asked by the wrapped key's own bytes, which only the row has: a caller whose row has lost its wrapped
 * key finds nothing here, however fresh the entry.
 */
export const createKeyRing = (master: MasterKeys): KeyRing => {
  const ttl = CACHE_SECONDS * 1000
  const tenantKeys = new LRUCache<string, Promise<KeyObject>>({ max: 1000, ttl })
  const objects = new LRUCache<string, ObjectKeys>({ max: 1000, ttl })

  const tenantKey = (tenantId: string, wrapped: Uint8Array): Promise<KeyObject> => {
    const name = `${tenantId} ${Buffer.from(wrapped).toString('base64')}`
    const cached = tenantKeys.get(name)
    if (cached !== undefined) return cached
    const opened = master.unwrapTenantKey(tenantId, wrapped).then(key => wrappingKey(key, 'object keys'))
    tenantKeys.set(name, opened)
    opened.catch(() => tenantKeys.delete(name))
    return opened
  }

  const open = async (wrapped: WrappedObjectKey): Promise<ObjectKeys> => {
    const wrapping = await tenantKey(wrapped.tenantId, wrapped.wrappedTenantKey)
    try {
      return deriveObjectKeys(unwrapKey(wrapping, wrapped.wrappedKey, identityBytes(wrapped)), wrapped)
    } catch (cause) {
      throw new VaultDamage(wrapped.objectId, 'WRONG_KEY', 'its wrapped key does not open', cause)
    }
  }

  return {
    newTenantKey: tenantId => master.wrapTenantKey(tenantId, randomBytes(KEY_BYTES)),

    async newObjectKey(identity, wrappedTenantKey) {
      const key = randomBytes(KEY_BYTES)
      const wrapping = await tenantKey(identity.tenantId, wrappedTenantKey)
      return {
        wrappedKey: wrapKey(wrapping, key, identityBytes(identity)),
        keys: deriveObjectKeys(key, identity),
      }
    },

    async objectKeys(wrapped) {
      const name = [
        wrapped.tenantId,
        wrapped.objectId,
        Buffer.from(wrapped.wrappedTenantKey).toString('base64'),
        Buffer.from(wrapped.wrappedKey).toString('base64'),
      ].join(' ')
      const keys = objects.get(name) ?? (await open(wrapped))
      checkCommitment(keys, wrapped.commitment)
      objects.set(name, keys)
      return keys
    },
  }
}
