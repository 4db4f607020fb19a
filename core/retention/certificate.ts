import { createHash, createPrivateKey, createPublicKey, type KeyObject, sign, verify } from 'node:crypto'
import { z } from 'zod'
import type { MasterKeys } from '../vault/master-keys.ts'

/**
 * A certificate says what was destroyed, by which rule or on whose word, without personal data: counts, ids of vault
 * objects, keyed hashes of references. A JSON file of three parts:
 *
 *   destroyed   one entry for each transaction: number, time, hashes, ids
 *   document    everything else, with the SHA-256 of the compact JSON of `destroyed`
 *   signature   Ed25519 over the compact JSON of `document`, and the id of the key
 *
 * docs/retention.md has it in words, with a check by openssl alone.
 */
export interface CertificateDocument {
  certificate: 'nightdrop retention 1'
  kind: 'RETENTION_RUN' | 'ERASURE'
  id: string
  tenantId: string
  startedAt: string
  finishedAt: string
  /** Of a run: the rule that it went by, and since when it was in force. Those of older releases name who set it. */
  rule: Record<string, unknown> | null
  /** Of an erasure: when the last raw file and report that may hold its rows is gone as well. */
  completeBy: string | null
  /** Of an erasure: recordings that may be of its contacts, and of others as well, so that they were left. */
  recordingsLeft?: number
  counts: { contacts: number; recordings: number; files: number; bytes: number }
  destroyedSha256: string
}

export interface DestroyedEntry {
  number: number
  at: string
  references: readonly string[]
  objects: readonly string[]
}

export interface Certificate {
  destroyed: DestroyedEntry[]
  document: CertificateDocument
  signature: { algorithm: 'Ed25519'; keyId: string; value: string }
}

/** PKCS #8 of an Ed25519 key is these bytes and its seed. */
const PKCS8_HEAD = Buffer.from('302e020100300506032b657004220420', 'hex')

/** The installation's own key, made from its master key. */
export async function certificateKey(master: Pick<MasterKeys, 'derive'>): Promise<KeyObject> {
  const seed = await master.derive('certificates 1')
  return createPrivateKey({ key: Buffer.concat([PKCS8_HEAD, seed]), format: 'der', type: 'pkcs8' })
}

/** What everyone may know, as PEM. */
export const publicHalf = (key: KeyObject): string =>
  createPublicKey(key).export({ format: 'pem', type: 'spki' }).toString()

/** The first 16 digits of the SHA-256 of the public key's DER. */
export const keyId = (publicKey: KeyObject): string =>
  createHash('sha256')
    .update(publicKey.export({ format: 'der', type: 'spki' }))
    .digest('hex')
    .slice(0, 16)

/**
 * The certificate as a file, piece by piece: a run may have destroyed millions. `counts` is asked for when all entries
 * are through.
 */
export async function* writeCertificate(
  key: KeyObject,
  document: Omit<CertificateDocument, 'certificate' | 'destroyedSha256'>,
  entries: AsyncIterable<DestroyedEntry> | Iterable<DestroyedEntry>,
): AsyncGenerator<string, void, undefined> {
  const hash = createHash('sha256').update('[')
  yield '{"destroyed":['
  let separator = ''
  for await (const entry of entries) {
    const text = separator + JSON.stringify(entry)
    hash.update(text)
    yield text
    separator = ','
  }
  const destroyedSha256 = hash.update(']').digest('hex')
  const whole: CertificateDocument = { certificate: 'nightdrop retention 1', ...document, destroyedSha256 }
  const text = JSON.stringify(whole)
  const value = sign(null, Buffer.from(text), key).toString('base64')
  yield `],\n${ending(text, { algorithm: 'Ed25519', keyId: keyId(createPublicKey(key)), value })}`
}

/** Of the file, behind the list of what was destroyed. */
const ending = (document: string, signature: Certificate['signature']): string =>
  `"document":${document},\n"signature":${JSON.stringify(signature)}}\n`

/**
 * Why a certificate is not to be believed, in plain words; null when it is, byte for byte, as it was written. Whatever
 * else a reader might take for a part of it, such as a second document before the one that was signed, is a fault.
 */
export function certificateFault(text: string, publicKey: KeyObject): string | null {
  const certificate = parsed(text)
  if (certificate === undefined) return 'This is no certificate of a retention run or an erasure.'
  const { destroyed, document, signature } = certificate
  if (signature.keyId !== keyId(publicKey))
    return `It was signed with the key ${signature.keyId}, not with this one.`
  const signed = JSON.stringify(document)
  if (!verify(null, Buffer.from(signed), publicKey, Buffer.from(signature.value, 'base64')))
    return 'Its signature does not hold: the document was altered.'
  const entries = JSON.stringify(destroyed)
  if (createHash('sha256').update(entries).digest('hex') !== document.destroyedSha256)
    return 'The list of what was destroyed was altered.'
  const { keyId: signer, value } = signature
  const bytes = Buffer.from(value, 'base64').toString('base64')
  const written = `{"destroyed":${entries},\n${ending(signed, { algorithm: 'Ed25519', keyId: signer, value: bytes })}`
  return text === written
    ? null
    : 'Something was added to it, or written otherwise: it is not as it was issued.'
}

const shape = z.object({
  destroyed: z.array(z.object({})),
  document: z.object({ certificate: z.literal('nightdrop retention 1'), destroyedSha256: z.string() }),
  signature: z.object({ algorithm: z.literal('Ed25519'), keyId: z.string(), value: z.string() }),
})

/** As it is there, its keys in their order. */
function parsed(text: string): Certificate | undefined {
  try {
    const found: unknown = JSON.parse(text)
    return shape.safeParse(found).success ? (found as Certificate) : undefined
  } catch {
    return undefined
  }
}
