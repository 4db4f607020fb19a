import { generateKeyPairSync } from 'node:crypto'
import { newEd25519Pair } from '../core/accounts/private-key/key-pair.ts'
import { opensshForm } from '../core/accounts/private-key/openssh-form.ts'

/** Private keys as OpenSSH and ssh2 both read them: ED25519 in OpenSSH's own form, the others in PEM. */
export function newPrivateKey(kind: 'ed25519' | 'ecdsa' | 'rsa'): string {
  switch (kind) {
    case 'ed25519':
      return opensshForm(newEd25519Pair(), '')
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
