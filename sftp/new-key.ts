import { generateKeyPairSync } from 'node:crypto'
import { newEd25519Key } from '../core/accounts/ed25519-key.ts'

/** Private keys as OpenSSH and ssh2 both read them: ED25519 in OpenSSH's own form, the others in PEM. */
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
