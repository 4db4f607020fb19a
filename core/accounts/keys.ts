import { promisify } from 'node:util'
import { and, eq, isNull } from 'drizzle-orm'
import ssh2 from 'ssh2'
import { type Tx, tables } from '../../db/db.ts'
import { badInput, notFound, Refusal } from '../refusal.ts'
import { newEd25519Key } from './ed25519-key.ts'
import { readPublicKey } from './public-key.ts'

const { sftpAccounts, sshKeys } = tables

export type Key = typeof sshKeys.$inferSelect

export interface KeyWish {
  label: string
  expiresAt?: Date | null
}

export type KeyAlgorithm = 'ED25519' | 'RSA_4096'

/** Adds a public key; the same key twice is CONFLICT. */
export async function addKey(
  tx: Tx,
  tenantId: string,
  accountId: string,
  wish: KeyWish & { publicKey: string },
  now = new Date(),
): Promise<Key> {
  const { algorithm, line, fingerprint } = readPublicKey(wish.publicKey)
  const label = wish.label.trim()
  if (label === '' || label.length > 100 || /\p{Cc}/u.test(label))
    throw badInput([{ path: ['label'], message: 'A label has 1 to 100 characters, all of them printable.' }])
  if (wish.expiresAt && wish.expiresAt <= now)
    throw badInput([{ path: ['expiresAt'], message: 'The expiry lies in the past.' }])
  await requireAccount(tx, tenantId, accountId)
  const [key] = await tx
    .insert(sshKeys)
    .values({
      tenantId,
      accountId,
      label,
      algorithm,
      publicKey: line,
      fingerprint,
      expiresAt: wish.expiresAt ?? null,
    })
    .onConflictDoNothing()
    .returning()
  if (!key)
    throw new Refusal(
      'CONFLICT',
      `The account has this key already (${fingerprint}): revoke that one first to add it anew.`,
    )
  return key
}

/** Makes a pair and keeps the public half; the private half is answered once, in OpenSSH's form, and stored nowhere. */
export async function generateKey(
  tx: Tx,
  tenantId: string,
  accountId: string,
  wish: KeyWish & { algorithm: KeyAlgorithm },
): Promise<{ key: Key; privateKey: string }> {
  const privateKey = await newPrivateKey(wish.algorithm)
  const key = await addKey(tx, tenantId, accountId, { ...wish, publicKey: publicLineOf(privateKey) })
  return { key, privateKey }
}

/** From now on the key opens nothing; revoking it again changes nothing. */
export async function revokeKey(tx: Tx, tenantId: string, id: string, now = new Date()): Promise<Key> {
  const own = and(eq(sshKeys.tenantId, tenantId), eq(sshKeys.id, id))
  await tx
    .update(sshKeys)
    .set({ revokedAt: now })
    .where(and(own, isNull(sshKeys.revokedAt)))
  const [key] = await tx.select().from(sshKeys).where(own)
  if (!key) throw notFound('This key')
  return key
}

async function requireAccount(tx: Tx, tenantId: string, accountId: string): Promise<void> {
  const [account] = await tx
    .select({ id: sftpAccounts.id })
    .from(sftpAccounts)
    .where(and(eq(sftpAccounts.tenantId, tenantId), eq(sftpAccounts.id, accountId)))
  if (!account) throw notFound('This account')
}

const generateRsa = promisify(ssh2.utils.generateKeyPair) as unknown as (
  type: 'rsa',
  options: { bits: number; comment: string },
) => Promise<{ private: string }>

/** A private key in OpenSSH's form. */
async function newPrivateKey(algorithm: KeyAlgorithm): Promise<string> {
  if (algorithm === 'ED25519') return newEd25519Key()
  return (await generateRsa('rsa', { bits: 4096, comment: 'nightdrop' })).private
}

function publicLineOf(privateKey: string): string {
  const key = ssh2.utils.parseKey(privateKey)
  if (key instanceof Error) throw new Error('a key of our own making cannot be read', { cause: key })
  return `${key.type} ${key.getPublicSSH().toString('base64')}`
}
