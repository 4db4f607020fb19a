import { createHash } from 'node:crypto'
import { wrapKey, wrappingKey } from '../../../core/vault/key-wrap.ts'
import { lastSegment, SEGMENT_BYTES, sealedSize } from '../../../core/vault/layout.ts'
import { deriveObjectKeys, identityBytes, uuidBytes } from '../../../core/vault/object-keys.ts'
import { sealSegment } from '../../../core/vault/segment-cipher.ts'

const tenantId = '01890a5d-ac96-774b-bcce-b302099a8057'
const objectId = '01890a5d-ac96-7ab4-a12f-7f3c8d5e6f70'
const filled = (byte: number, length: number) => Buffer.alloc(length, byte)
const keys = {
  masterKey: filled(0x11, 32),
  tenantKey: filled(0x22, 32),
  objectKey: filled(0x33, 32),
}

const plaintext = (size: number) => {
  const bytes = Buffer.alloc(size)
  for (let at = 0; at < size; at++) bytes[at] = at % 251
  return bytes
}

const nonce = (index: number) => {
  const bytes = Buffer.alloc(12)
  bytes.writeUInt32BE(index + 1, 8)
  return bytes
}

const body = (size: number) => {
  const object = deriveObjectKeys(keys.objectKey, { tenantId, objectId })
  const bytes = plaintext(size)
  const sealed = Buffer.alloc(sealedSize(size))
  let end = 0
  for (let index = 0; index <= lastSegment(size); index++) {
    const segment = bytes.subarray(index * SEGMENT_BYTES, (index + 1) * SEGMENT_BYTES)
    end = sealSegment(object, index, index === lastSegment(size), segment, sealed, end, nonce(index))
  }
  return sealed
}

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex')

/** What docs/encryption-vectors.json holds. It never changes for a format version; a new one gets a file of its own. */
export const vectors = () => {
  const object = deriveObjectKeys(keys.objectKey, { tenantId, objectId })
  const tenantWrapping = wrappingKey(keys.masterKey, 'tenant keys')
  const objectWrapping = wrappingKey(keys.tenantKey, 'object keys')
  const wrapNonce = filled(0x44, 12)
  return {
    format: 1,
    tenantId,
    objectId,
    masterKey: hex(keys.masterKey),
    tenantKey: hex(keys.tenantKey),
    objectKey: hex(keys.objectKey),
    wrapNonce: hex(wrapNonce),
    keyThatWrapsTenantKeys: hex(tenantWrapping.export()),
    keyThatWrapsObjectKeys: hex(objectWrapping.export()),
    wrappedTenantKey: hex(wrapKey(tenantWrapping, keys.tenantKey, uuidBytes(tenantId), wrapNonce)),
    wrappedObjectKey: hex(
      wrapKey(objectWrapping, keys.objectKey, identityBytes({ tenantId, objectId }), wrapNonce),
    ),
    segmentKey: hex(object.segmentKey.export()),
    commitment: hex(object.commitment),
    bodies: [0, 1, 16, 100].map(size => ({ size, body: hex(body(size)) })),
    largeBodies: [SEGMENT_BYTES - 1, SEGMENT_BYTES, 5 * SEGMENT_BYTES, 5 * SEGMENT_BYTES + 3].map(size => {
      const sealed = body(size)
      return { size, sealedSize: sealed.length, sha256: createHash('sha256').update(sealed).digest('hex') }
    }),
  }
}
