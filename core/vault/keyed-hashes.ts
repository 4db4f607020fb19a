import { createHmac, createSecretKey } from 'node:crypto'
import type { MasterKeys } from './master-keys.ts'

/**
 * By these a tenant's references and files are remembered once they are gone: nobody without the master key can tell
 * from one what it was, not even by trying all references there are.
 */
export interface KeyedHashes {
  of(tenantId: string): Promise<TenantHashes>
}

/** Hashes are the first 16 bytes of an HMAC-SHA256, written as a UUID. */
export interface TenantHashes {
  /** 32 bytes, for a reader thread. */
  readonly key: Uint8Array
  reference(reference: string): string
  /** Of a path and the bytes under it. */
  file(path: string, sha256: Uint8Array): string
}

export const keyedHashes = (master: Pick<MasterKeys, 'derive'>): KeyedHashes => {
  let root: Promise<Buffer> | undefined
  return {
    async of(tenantId) {
      root ??= master.derive('keyed hashes 1')
      root.catch(() => {
        root = undefined
      })
      return tenantHashes(
        createHmac('sha256', await root)
          .update(tenantId)
          .digest(),
      )
    },
  }
}

export const tenantHashes = (key: Uint8Array): TenantHashes => {
  const secret = createSecretKey(key)
  const hash = (kind: string, text: string) =>
    asUuid(createHmac('sha256', secret).update(kind).update(text).digest('hex'))
  return {
    key,
    reference: reference => hash('r', reference),
    file: (path, sha256) => hash('f', `${Buffer.from(sha256).toString('hex')}${path}`),
  }
}

const asUuid = (hex: string): string =>
  `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20, 32)}`
