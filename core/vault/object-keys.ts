import type { KeyObject } from 'node:crypto'
import { createSecretKey, hkdfSync, timingSafeEqual } from 'node:crypto'
import { FORMAT_VERSION } from './layout.ts'
import { VaultDamage } from './vault-damage.ts'

/** What an object's bytes are bound to: they open as this tenant's, as this object, or not at all. */
export interface ObjectIdentity {
  tenantId: string
  objectId: string
}

/** Derived from one object's own random key; good for that object alone. */
export interface ObjectKeys extends ObjectIdentity {
  readonly segmentKey: KeyObject
  /** Says which key it was without telling it. AES-GCM alone would let one body open under two keys. */
  readonly commitment: Buffer
  /** `tenant ‖ object`, with which each segment's additional data begins. */
  readonly identity: Buffer
}

/** The 16 bytes of a UUID. */
export const uuidBytes = (id: string): Buffer => {
  const bytes = Buffer.from(id.replaceAll('-', ''), 'hex')
  if (bytes.length !== 16 || id.length !== 36) throw new Error(`Not a UUID: ${id}`)
  return bytes
}

export const identityBytes = ({ tenantId, objectId }: ObjectIdentity): Buffer =>
  Buffer.concat([uuidBytes(tenantId), uuidBytes(objectId)])

export const deriveObjectKeys = (objectKey: Uint8Array, identity: ObjectIdentity): ObjectKeys => {
  const bytes = identityBytes(identity)
  const info = Buffer.concat([Buffer.from('nightdrop object'), Buffer.from([FORMAT_VERSION]), bytes])
  const derived = Buffer.from(hkdfSync('sha256', objectKey, Buffer.alloc(0), info, 64))
  return {
    tenantId: identity.tenantId,
    objectId: identity.objectId,
    segmentKey: createSecretKey(derived.subarray(0, 32)),
    commitment: Buffer.from(derived.subarray(32)),
    identity: bytes,
  }
}

export const checkCommitment = (keys: ObjectKeys, commitment: Uint8Array): void => {
  if (commitment.length === keys.commitment.length && timingSafeEqual(commitment, keys.commitment)) return
  throw new VaultDamage(keys.objectId, 'WRONG_KEY', 'its key is not the one that it was written with')
}
