import { generateKeyPairSync, randomInt } from 'node:crypto'
import { uint32 } from './codec/replies.ts'

/**
 * Private keys as OpenSSH and ssh2 both read them. ssh2's own generator drops leading zeros of ED25519 keys, so that
 * one key in some two hundred cannot be loaded by OpenSSH.
 */
export function newPrivateKey(kind: 'ed25519' | 'ecdsa' | 'rsa'): string {
  switch (kind) {
    case 'ed25519':
      return newEd25519Key()
    case 'ecdsa':
      return generateKeyPairSync('ec', {
        namedCurve: 'P-256',
        privateKeyEncoding: { type: 'sec1', format: 'pem' },
        publicKeyEncoding: { type: 'spki', format: 'pem' },
      }).privateKey
    case 'rsa':
      return generateKeyPairSync('rsa', {
        modulusLength: 3072,
        privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
        publicKeyEncoding: { type: 'spki', format: 'pem' },
      }).privateKey
  }
}

/** PROTOCOL.key of OpenSSH, without a passphrase: the only form in which ED25519 keys are read everywhere. */
function newEd25519Key(): string {
  const jwk = generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' })
  const publicBytes = Buffer.from(jwk.x ?? '', 'base64url')
  const seed = Buffer.from(jwk.d ?? '', 'base64url')
  const check = uint32(randomInt(2 ** 32))
  const pair = counted(Buffer.concat([seed, publicBytes]))
  const secret = [check, check, counted('ssh-ed25519'), counted(publicBytes), pair, counted('')]
  const length = secret.reduce((sum, field) => sum + field.length, 0)
  const padding = Buffer.from(Array.from({ length: (8 - (length % 8)) % 8 }, (_, index) => index + 1))
  const file = Buffer.concat([
    Buffer.from('openssh-key-v1\0'),
    ...['none', 'none', ''].map(counted),
    uint32(1),
    counted(Buffer.concat([counted('ssh-ed25519'), counted(publicBytes)])),
    counted(Buffer.concat([...secret, padding])),
  ])
  const lines = file.toString('base64').match(/.{1,70}/g) ?? []
  return ['-----BEGIN OPENSSH PRIVATE KEY-----', ...lines, '-----END OPENSSH PRIVATE KEY-----', ''].join('\n')
}

function counted(value: string | Buffer): Buffer {
  const bytes = typeof value === 'string' ? Buffer.from(value) : value
  return Buffer.concat([uint32(bytes.length), bytes])
}
