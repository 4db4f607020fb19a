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

/** An RSA key of 16,384 bits, the most that OpenSSH reads, takes under 3,000. */
const MOST_CHARACTERS = 8_192

/** Headers of PEM, PuTTY and SSH2 files, and how the body of an OpenSSH one begins, should its header be left out. */
const PRIVATE = /PRIVATE KEY|PuTTY-User-Key-File|b3BlbnNzaC1rZXktdjE/

/** Reads a public key as `ssh-keygen` writes it; says in words what else was pasted. Never repeats what was pasted. */
export function readPublicKey(text: string): PublicKey {
  const pasted = text.trim()
  if (PRIVATE.test(pasted))
    throw faulty(
      'This is a private key. It was not kept; since it has been sent, make a new pair and send only the public half (the file that ends in .pub).',
    )
  if (pasted.length > MOST_CHARACTERS) throw faulty('This is too long for a public key.')
  const lines = (isSsh2File(pasted) ? lineOfSsh2File(pasted) : pasted).split(/\r?\n|\r/)
  const [algorithm = '', body = ''] = lines[0]?.split(/\s+/) ?? []
  if (algorithm === 'ssh-dss')
    throw faulty('DSA keys are too weak. Make an Ed25519 key: ssh-keygen -t ed25519.')
  if (!usable.includes(algorithm)) throw faulty(notAKey(pasted))
  if (lines.some((line, index) => index > 0 && usable.some(name => line.trim().startsWith(name))))
    throw faulty('These are several keys: add them one by one.')
  const key = ssh2.utils.parseKey(`${algorithm} ${body}`)
  if (lines.length > 1 || key instanceof Error || key.type !== algorithm) throw faulty(DAMAGED)
  const blob = key.getPublicSSH()
  requireSound(algorithm, key.getPublicPEM())
  return { algorithm, line: `${algorithm} ${blob.toString('base64')}`, fingerprint: fingerprintOf(blob) }
}

export const fingerprintOf = (blob: Buffer): string =>
  `SHA256:${createHash('sha256').update(blob).digest('base64').replace(/=+$/, '')}`

const DAMAGED =
  'This public key is damaged: the part after its type cannot be read. Copy the whole line again, as one line.'

/** RFC 4716, as PuTTYgen saves public keys and `ssh-keygen -e` writes them. */
const isSsh2File = (text: string) => text.startsWith('---- BEGIN SSH2 PUBLIC KEY ----')

function lineOfSsh2File(text: string): string {
  const inside = text.split('---- END SSH2 PUBLIC KEY ----')[0]?.split(/\r?\n|\r/) ?? []
  // A header may go on in the next line, behind a backslash.
  const body = inside
    .slice(1)
    .filter((line, index, all) => !line.includes(':') && !all[index - 1]?.endsWith('\\'))
  const blob = Buffer.from(body.join(''), 'base64')
  const length = blob.length < 4 ? 0 : blob.readUInt32BE(0)
  return `${blob.toString('latin1', 4, 4 + Math.min(length, 64))} ${blob.toString('base64')}`
}

function notAKey(pasted: string): string {
  if (/^-+ ?BEGIN/.test(pasted))
    return 'This is no public key in OpenSSH form. Turn it into one line with ssh-keygen -i, or copy the line that PuTTYgen shows at its top.'
  if (usable.some(name => pasted.includes(` ${name} `)))
    return 'Something stands before the key. Options such as from= and command= are not kept: send the key alone, beginning with its type; networks are set at the account.'
  return 'This is no public key in OpenSSH form: one line that begins with ssh-ed25519, ecdsa-sha2-… or ssh-rsa.'
}

/** OpenSSL looks at what ssh2 only takes apart, such as whether a point lies on its curve. */
function requireSound(algorithm: string, pem: string): void {
  let bits: number
  try {
    bits = createPublicKey(pem).asymmetricKeyDetails?.modulusLength ?? 0
  } catch {
    throw faulty(DAMAGED)
  }
  if (algorithm === 'ssh-rsa' && bits < LEAST_RSA_BITS)
    throw faulty(
      `This RSA key has ${bits} bits; ${LEAST_RSA_BITS} is the least. Make a new one: ssh-keygen -t ed25519.`,
    )
}

const faulty = (message: string) => badInput([{ path: ['publicKey'], message }])
