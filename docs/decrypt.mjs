// Decrypts one Nightdrop object (format 1, encryption.md) with Node.js alone; refuses whatever is not as written:
//   node decrypt.mjs BODY_FILE < keys.json > plaintext
// keys.json: masterKey, tenantKey, objectKey, commitment (base64), tenantId, objectId (UUIDs), size (bytes)
import { createDecipheriv, hkdfSync } from 'node:crypto'
import { fstatSync, openSync, readFileSync, readSync, writeSync } from 'node:fs'

const given = JSON.parse(readFileSync(0, 'utf8'))
const base64 = name => Buffer.from(given[name], 'base64')
const uuid = name => Buffer.from(given[name].replaceAll('-', ''), 'hex')
const hkdf = (key, info, length) => Buffer.from(hkdfSync('sha256', key, '', info, length))
const open = (key, sealed, aad) => {
  const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, 12), { authTagLength: 16 })
  decipher.setAAD(aad).setAuthTag(sealed.subarray(-16))
  return Buffer.concat([decipher.update(sealed.subarray(12, -16)), decipher.final()])
}

const identity = Buffer.concat([uuid('tenantId'), uuid('objectId')])
const tenantWrapping = hkdf(base64('masterKey'), 'nightdrop wrap tenant keys', 32)
const tenantKey = open(tenantWrapping, base64('tenantKey').subarray(1), uuid('tenantId'))
const objectWrapping = hkdf(tenantKey, 'nightdrop wrap object keys', 32)
const objectKey = open(objectWrapping, base64('objectKey').subarray(1), identity)
const derived = hkdf(objectKey, Buffer.concat([Buffer.from('nightdrop object\x01'), identity]), 64)
if (!derived.subarray(32).equals(base64('commitment'))) throw new Error('not the key it was written with')

const FULL = 12 + 1048576 + 16
const file = openSync(process.argv[2])
const last = Math.floor(given.size / 1048576)
if (fstatSync(file).size !== given.size + (last + 1) * 28) throw new Error('not the length of its size')
const segment = Buffer.alloc(FULL)
for (let index = 0; index <= last; index++) {
  const length = readSync(file, segment, 0, FULL, index * FULL)
  const place = Buffer.alloc(9)
  place.writeBigUInt64BE(BigInt(index))
  place[8] = index === last ? 1 : 0
  const plain = open(derived.subarray(0, 32), segment.subarray(0, length), Buffer.concat([identity, place]))
  for (let at = 0; at < plain.length; ) at += writeSync(1, plain, at)
}
