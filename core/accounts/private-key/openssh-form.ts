import { randomInt } from 'node:crypto'
import type { KeyPair } from './key-pair.ts'
import { counted, lined, mpint, uint32 } from './wire.ts'

/** OpenSSH's own form (its PROTOCOL.key), without a passphrase. ED25519 keys have no other that every client reads. */
export function opensshForm(pair: KeyPair, comment: string): string {
  const check = uint32(randomInt(2 ** 32))
  const secret = Buffer.concat([check, check, counted(pair.type), ...numbersOf(pair), counted(comment)])
  const padding = Buffer.from(Array.from({ length: (8 - (secret.length % 8)) % 8 }, (_, index) => index + 1))
  const file = Buffer.concat([
    Buffer.from('openssh-key-v1\0'),
    // Cipher, key derivation and its options.
    ...['none', 'none', ''].map(counted),
    uint32(1),
    counted(pair.publicBlob),
    counted(Buffer.concat([secret, padding])),
  ])
  return [
    '-----BEGIN OPENSSH PRIVATE KEY-----',
    ...lined(file, 70),
    '-----END OPENSSH PRIVATE KEY-----',
    '',
  ].join('\n')
}

function numbersOf(pair: KeyPair): Buffer[] {
  if (pair.type === 'ssh-rsa')
    return [pair.n, pair.e, pair.d, pair.qi, pair.p, pair.q].map(number => mpint(number))
  return [counted(pair.publicBytes), counted(Buffer.concat([pair.seed, pair.publicBytes]))]
}
