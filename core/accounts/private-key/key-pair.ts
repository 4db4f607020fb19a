import type { KeyObject } from 'node:crypto'
import { generateKeyPair, generateKeyPairSync } from 'node:crypto'
import { promisify } from 'node:util'
import { counted, mpint } from './wire.ts'

export const keyAlgorithms = ['ED25519', 'RSA_4096'] as const
export type KeyAlgorithm = (typeof keyAlgorithms)[number]

/** A fresh pair, with what the forms of a private key file are put together from. */
export type KeyPair = {
  /** As public key lines and SSH itself have it. */
  publicBlob: Buffer
  /** What OpenSSL writes PEM from. */
  privateKey: KeyObject
} & (
  | { type: 'ssh-ed25519'; publicBytes: Buffer; seed: Buffer }
  | { type: 'ssh-rsa'; n: Buffer; e: Buffer; d: Buffer; p: Buffer; q: Buffer; qi: Buffer }
)

const generate = promisify(generateKeyPair)

/** RSA of 4096 bits takes a second or several, on another thread. */
export async function newKeyPair(algorithm: KeyAlgorithm): Promise<KeyPair> {
  return algorithm === 'ED25519' ? newEd25519Pair() : await newRsaPair()
}

/** (ssh2's own generator drops leading zeros: OpenSSH could not load one of its keys in some two hundred.) */
export function newEd25519Pair(): KeyPair {
  const { privateKey } = generateKeyPairSync('ed25519')
  const jwk = privateKey.export({ format: 'jwk' })
  const [publicBytes, seed] = [bytesOf(jwk.x), bytesOf(jwk.d)]
  const publicBlob = Buffer.concat([counted('ssh-ed25519'), counted(publicBytes)])
  return { type: 'ssh-ed25519', privateKey, publicBlob, publicBytes, seed }
}

async function newRsaPair(): Promise<KeyPair> {
  const { privateKey } = await generate('rsa', { modulusLength: 4096 })
  const jwk = privateKey.export({ format: 'jwk' })
  const [n, e, d] = [bytesOf(jwk.n), bytesOf(jwk.e), bytesOf(jwk.d)]
  const [p, q, qi] = [bytesOf(jwk.p), bytesOf(jwk.q), bytesOf(jwk.qi)]
  const publicBlob = Buffer.concat([counted('ssh-rsa'), mpint(e), mpint(n)])
  return { type: 'ssh-rsa', privateKey, publicBlob, n, e, d, p, q, qi }
}

function bytesOf(field: string | undefined): Buffer {
  if (!field) throw new Error('a key of our own making lacks a part')
  return Buffer.from(field, 'base64url')
}
