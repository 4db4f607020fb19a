import { createHash, createPublicKey } from 'node:crypto'
import ssh2 from 'ssh2'
import { badInput } from '../refusal.ts'

export interface PublicKey {
  /** The key's type, such as `ssh-ed25519`; never a signature algorithm. */
  algorithm: string
  /** `<algorithm> <base64>`, without options and comment. */
  line: string
  /** `SHA256:…` as ssh-keygen prints it. */
  fingerprint: string
}

const usable = ['ssh-ed25519', 'ecdsa-sha2-nistp256', 'ecdsa-sha2-nistp384', 'ecdsa-sha2-nistp521', 'ssh-rsa']

const LEAST_RSA_BITS = 2048

/** Reads a public key as `ssh-keygen` writes it; says in words what else was pasted. */
export function readPublicKey(text: string): PublicKey {
  const pasted = text.trim()
  if (/PRIVATE KEY|^PuTTY-User-Key-File/m.test(pasted))
    throw faulty(
      'This is a private key. It was not kept; since it has been sent, make a new pair and send only the public half (the file that ends in .pub).',
    )
  const [algorithm = '', body = ''] = pasted.split(/\s+/)
  if (algorithm === 'ssh-dss')
    throw faulty('DSA keys are too weak. Make an Ed25519 key: ssh-keygen -t ed25519.')
  if (!usable.includes(algorithm))
    throw faulty(
      'This is no public key in OpenSSH form: one line that begins with ssh-ed25519, ecdsa-sha2-… or ssh-rsa.',
    )
  const line = `${algorithm} ${body}`
  const key = ssh2.utils.parseKey(line)
  if (key instanceof Error || key.type !== algorithm)
    throw faulty(
      'This public key is damaged: the part after its type cannot be read. Copy the whole line again.',
    )
  if (algorithm === 'ssh-rsa') requireStrongRsa(key.getPublicPEM())
  return { algorithm, line, fingerprint: fingerprintOf(key.getPublicSSH()) }
}

export const fingerprintOf = (blob: Buffer): string =>
  `SHA256:${createHash('sha256').update(blob).digest('base64').replace(/=+$/, '')}`

function requireStrongRsa(pem: string): void {
  const bits = createPublicKey(pem).asymmetricKeyDetails?.modulusLength ?? 0
  if (bits < LEAST_RSA_BITS)
    throw faulty(
      `This RSA key has ${bits} bits; ${LEAST_RSA_BITS} is the least. Make a new one: ssh-keygen -t ed25519.`,
    )
}

const faulty = (message: string) => badInput([{ path: ['publicKey'], message }])
