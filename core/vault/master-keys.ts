import { hkdfSync } from 'node:crypto'
import { unwrapKey, wrapKey, wrappingKey } from './key-wrap.ts'
import { uuidBytes } from './object-keys.ts'

/**
 * What a key management service has to offer: it wraps a tenant's key and gives it back, bound to that tenant, and
 * the master key never leaves it. Everything below (object keys, segments) is done here, with what it gives back.
 */
export interface MasterKeys {
  wrapTenantKey(tenantId: string, key: Uint8Array): Promise<Buffer>
  /** Rejects when the wrapped key is another tenant's, altered, or of another master key. */
  unwrapTenantKey(tenantId: string, wrapped: Uint8Array): Promise<Buffer>
  /** 32 bytes for one purpose, always the same: the key of signatures or of keyed hashes. */
  derive(purpose: string): Promise<Buffer>
}

/** The master key in this process: 32 bytes from MASTER_KEY. */
export const localMasterKeys = (masterKey: Uint8Array): MasterKeys => {
  const wrapping = wrappingKey(masterKey, 'tenant keys')
  return {
    async wrapTenantKey(tenantId, key) {
      return wrapKey(wrapping, key, uuidBytes(tenantId))
    },
    async derive(purpose) {
      return Buffer.from(hkdfSync('sha256', masterKey, '', `nightdrop ${purpose}`, 32))
    },
    async unwrapTenantKey(tenantId, wrapped) {
      try {
        return unwrapKey(wrapping, wrapped, uuidBytes(tenantId))
      } catch (cause) {
        throw new Error(
          `The key of tenant ${tenantId} does not open: is MASTER_KEY the one it was made with?`,
          { cause },
        )
      }
    },
  }
}
