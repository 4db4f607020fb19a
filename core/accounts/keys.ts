import { and, eq, isNull } from 'drizzle-orm'
import { type Tx, tables } from '../../db/db.ts'
import { badInput, notFound, Refusal } from '../refusal.ts'
import type { KeyAlgorithm } from './private-key/key-pair.ts'
import { newPrivateKey, type PrivateKeyFormat } from './private-key/new-private-key.ts'
import { rsaTurns } from './private-key/rsa-turns.ts'
import { readPublicKey } from './public-key.ts'

const { sftpAccounts, sshKeys } = tables

export type Key = typeof sshKeys.$inferSelect

export interface KeyWish {
  label: string
  expiresAt?: Date | null
}

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

/** A pair whose public half is not kept yet. The private half is to be answered once, and is stored nowhere. */
export interface GeneratedKey {
  privateKey: string
  /** Adds the public half to an account of the tenant that it was made for. */
  keep(tx: Tx, accountId: string, now: Date): Promise<Key>
}

/** Makes a pair: before the transaction that keeps it, since RSA takes seconds, and LIMITED when too many want one. */
export async function generateKey(
  tenantId: string,
  wish: KeyWish & { algorithm: KeyAlgorithm; format: PrivateKeyFormat },
): Promise<GeneratedKey> {
  const { algorithm, format, label } = wish
  // Old programs know no other characters in a comment.
  const comment = label.trim().replace(/[^\x20-\x7e]/g, '_')
  const make = () => newPrivateKey({ algorithm, format, comment })
  const { publicLine, privateKey } = await (algorithm === 'RSA_4096' ? rsaTurns.take(tenantId, make) : make())
  return {
    privateKey,
    keep: (tx, accountId, now) => addKey(tx, tenantId, accountId, { ...wish, publicKey: publicLine }, now),
  }
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
