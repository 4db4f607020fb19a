import { generateKeyPairSync, randomInt } from 'node:crypto'

/**
 * An ED25519 private key in OpenSSH's own form (PROTOCOL.key, without a passphrase), the only one that every client
 * reads. ssh2's generator drops leading zeros, so that OpenSSH cannot load one of its keys in some two hundred.
 */
export function newEd25519Key(): string {
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

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(value)
  return bytes
}
