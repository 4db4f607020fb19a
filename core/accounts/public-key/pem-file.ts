import { createPublicKey, type JsonWebKey, type KeyObject } from 'node:crypto'
import { counted, mpint } from '../private-key/wire.ts'
import { DAMAGED, DSA, type Found } from './reading.ts'

const FILE = /-----BEGIN ([A-Z0-9 ]+)-----(.*?)(?:-----END|$)/s

/** PEM, as `ssh-keygen -e -m PKCS8` and OpenSSL write public keys; line ends may have been lost on the way. */
export function readPemFile(text: string): Found | undefined {
  const [, kind, inside = ''] = FILE.exec(text) ?? []
  if (kind === undefined) return undefined
  if (text.split('-----BEGIN').length > 2) return { fault: 'These are several keys: add them one by one.' }
  const type = kind === 'PUBLIC KEY' ? 'spki' : kind === 'RSA PUBLIC KEY' ? 'pkcs1' : undefined
  if (type === undefined)
    return {
      fault: `This is no public key but a "${kind}": send the public half of a pair of keys, one line that begins with ssh-ed25519, ecdsa-sha2-… or ssh-rsa.`,
    }
  try {
    const der = Buffer.from(inside.replace(/\s+/g, ''), 'base64')
    return blobOf(createPublicKey({ key: der, format: 'der', type }))
  } catch {
    return { fault: DAMAGED }
  }
}

/** Curves, as JSON web keys and SSH call them. */
const curves: Record<string, string> = { 'P-256': 'nistp256', 'P-384': 'nistp384', 'P-521': 'nistp521' }

function blobOf(key: KeyObject): Found {
  const type = key.asymmetricKeyType
  if (type === 'dsa') return { fault: DSA }
  if (type !== 'rsa' && type !== 'ed25519' && type !== 'ec') return { fault: otherType(String(type)) }
  const jwk = key.export({ format: 'jwk' })
  if (type === 'rsa') return made('ssh-rsa', mpint(part(jwk, 'e')), mpint(part(jwk, 'n')))
  if (type === 'ed25519') return made('ssh-ed25519', counted(part(jwk, 'x')))
  const curve = curves[jwk.crv ?? '']
  if (curve === undefined) return { fault: otherType(`an elliptic curve of the name ${jwk.crv}`) }
  const point = Buffer.concat([Buffer.from([4]), part(jwk, 'x'), part(jwk, 'y')])
  return made(`ecdsa-sha2-${curve}`, counted(curve), counted(point))
}

const made = (type: string, ...fields: Buffer[]): Found => ({
  blob: Buffer.concat([counted(type), ...fields]),
})

const part = (jwk: JsonWebKey, name: 'e' | 'n' | 'x' | 'y') => Buffer.from(jwk[name] ?? '', 'base64url')

const otherType = (type: string) =>
  `SSH has no use for a key of this type (${type}). Make an Ed25519 key: ssh-keygen -t ed25519.`
