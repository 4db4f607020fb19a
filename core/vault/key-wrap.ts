import type { KeyObject } from 'node:crypto'
import { createCipheriv, createDecipheriv, createSecretKey, hkdfSync, randomBytes } from 'node:crypto'
import { NONCE_BYTES, TAG_BYTES } from './layout.ts'

export const KEY_BYTES = 32
const WRAP_VERSION = 1
const WRAPPED_BYTES = 1 + NONCE_BYTES + KEY_BYTES + TAG_BYTES

/** The key that wraps, apart from any other use of the key that it comes from. */
export const wrappingKey = (key: Uint8Array, purpose: 'tenant keys' | 'object keys'): KeyObject => {
  if (key.length !== KEY_BYTES) throw new Error(`A key of ${key.length} bytes instead of ${KEY_BYTES}`)
  const derived = hkdfSync('sha256', key, Buffer.alloc(0), `nightdrop wrap ${purpose}`, KEY_BYTES)
  return createSecretKey(Buffer.from(derived))
}

/** `version (1) ‖ nonce (12) ‖ wrapped key (32) ‖ tag (16)`; opens only with the same words of what it belongs to. */
export const wrapKey = (
  wrapping: KeyObject,
  key: Uint8Array,
  belongsTo: Uint8Array,
  nonce: Uint8Array = randomBytes(NONCE_BYTES),
): Buffer => {
  if (key.length !== KEY_BYTES) throw new Error(`A key of ${key.length} bytes instead of ${KEY_BYTES}`)
  const cipher = createCipheriv('aes-256-gcm', wrapping, nonce)
  cipher.setAAD(belongsTo)
  const body = Buffer.concat([cipher.update(key), cipher.final()])
  return Buffer.concat([Buffer.from([WRAP_VERSION]), nonce, body, cipher.getAuthTag()])
}

export const unwrapKey = (wrapping: KeyObject, wrapped: Uint8Array, belongsTo: Uint8Array): Buffer => {
  if (wrapped.length !== WRAPPED_BYTES || wrapped[0] !== WRAP_VERSION) {
    throw new Error('This is no wrapped key of version 1')
  }
  const nonce = wrapped.subarray(1, 1 + NONCE_BYTES)
  const decipher = createDecipheriv('aes-256-gcm', wrapping, nonce, { authTagLength: TAG_BYTES })
  decipher.setAAD(belongsTo)
  decipher.setAuthTag(wrapped.subarray(WRAPPED_BYTES - TAG_BYTES))
  const body = wrapped.subarray(1 + NONCE_BYTES, WRAPPED_BYTES - TAG_BYTES)
  return Buffer.concat([decipher.update(body), decipher.final()])
}
