import { createHash, createPublicKey, type KeyObject } from 'node:crypto'
import ssh2 from 'ssh2'
import { badInput } from '../refusal.ts'
import { nameIn, readKeyLine } from './public-key/key-line.ts'
import { readPemFile } from './public-key/pem-file.ts'
import { holdsPrivateKey } from './public-key/private-half.ts'
import { DAMAGED, DSA } from './public-key/reading.ts'
import { readSsh2File } from './public-key/ssh2-file.ts'

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
/** The most that OpenSSH reads. */
const MOST_RSA_BITS = 16_384

/** An RSA key of the most bits takes under 3,000. */
const MOST_CHARACTERS = 8_192

/**
 * Reads a public key in any form that people paste: a line of `ssh-keygen` or PuTTYgen, with options or wrapped, an
 * SSH2 file, PEM. Says in words what else was pasted, and never repeats it. `path` is the input that it came in.
 */
export function readPublicKey(text: string, path: string[] = ['publicKey']): PublicKey {
  const refuse = (message: string) => badInput([{ path, message }])
  const pasted = bare(text)
  if (holdsPrivateKey(pasted))
    throw refuse(
      'This is a private key. It was not kept; since it has been sent, make a new pair and send only the public half (the file that ends in .pub).',
    )
  if (pasted.length > MOST_CHARACTERS) throw refuse('This is too long for a public key.')
  const found = readSsh2File(pasted) ?? readPemFile(pasted) ?? readKeyLine(pasted)
  if ('fault' in found) throw refuse(found.fault)
  const fault = faultOf(found.blob)
  if (fault !== undefined) throw refuse(fault)
  const algorithm = nameIn(found.blob)
  return {
    algorithm,
    line: `${algorithm} ${found.blob.toString('base64')}`,
    fingerprint: fingerprintOf(found.blob),
  }
}

/** Without what forms, mails and chats put around a text, and without remarks above a key. */
const bare = (text: string) =>
  text
    .replace(/[\uFEFF\u200B\u00A0]/g, ' ')
    .trim()
    .replace(/^(["'`]+)(.*)\1$/s, '$2')
    .replace(/^[“„”‘‚’«»](.*)[“”‘’«»]$/s, '$1')
    .replace(/^(?:\s*#[^\r\n]*[\r\n]+)+/, '')
    .trim()

export const fingerprintOf = (blob: Buffer): string =>
  `SHA256:${createHash('sha256').update(blob).digest('base64').replace(/=+$/, '')}`

/** OpenSSL looks at what ssh2 only takes apart, such as whether a point lies on its curve. */
function faultOf(blob: Buffer): string | undefined {
  const algorithm = nameIn(blob)
  if (algorithm === 'ssh-dss') return DSA
  if (!usable.includes(algorithm)) return DAMAGED
  const key = ssh2.utils.parseKey(`${algorithm} ${blob.toString('base64')}`)
  if (key instanceof Error || key.type !== algorithm || !key.getPublicSSH().equals(blob)) return DAMAGED
  try {
    const opened = createPublicKey(key.getPublicPEM())
    return algorithm === 'ssh-rsa' ? rsaFault(opened) : undefined
  } catch {
    return DAMAGED
  }
}

/** Nobody makes such keys by accident: with the exponent 1 anyone can sign in their name. */
function rsaFault(key: KeyObject): string | undefined {
  const { modulusLength: bits = 0, publicExponent: exponent = 0n } = key.asymmetricKeyDetails ?? {}
  const another = 'Make a new one: ssh-keygen -t ed25519.'
  if (bits < LEAST_RSA_BITS)
    return `This RSA key has ${bits} bits; ${LEAST_RSA_BITS} is the least. ${another}`
  if (bits > MOST_RSA_BITS)
    return `This RSA key has ${bits} bits, more than SSH programs read (${MOST_RSA_BITS}). ${another}`
  const modulus = Buffer.from(key.export({ format: 'jwk' }).n ?? '', 'base64url')
  const isOdd = ((modulus.at(-1) ?? 0) & 1) === 1
  return exponent < 3n || exponent % 2n === 0n || !isOdd
    ? `This RSA key protects nothing: its numbers are none that a key can have. ${another}`
    : undefined
}
