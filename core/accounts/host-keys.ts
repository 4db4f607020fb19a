import { gt } from 'drizzle-orm'
import { type Database, type Tx, tables } from '../../db/db.ts'

const { sftpHostKeys } = tables

/** How long a host key counts as served after the last sftp process that said so. */
const REMEMBERED_DAYS = 7

export interface HostKeyFingerprint {
  type: string
  fingerprint: string
}

/** An sftp process tells which host keys it serves, so that other processes can answer with their fingerprints. */
export async function announceHostKeys(
  database: Database,
  keys: readonly HostKeyFingerprint[],
  now: Date,
): Promise<void> {
  await database.asStaff(async tx => {
    // In one order, so that processes that announce the same keys at once do not wait in a circle.
    for (const { type, fingerprint } of keys.toSorted((a, b) => (a.fingerprint < b.fingerprint ? -1 : 1)))
      await tx
        .insert(sftpHostKeys)
        .values({ fingerprint, algorithm: type, seenAt: now })
        .onConflictDoUpdate({ target: sftpHostKeys.fingerprint, set: { seenAt: now } })
  })
}

/** Host keys in force, Ed25519 first: what a client's first connection is compared with. */
export async function servedHostKeys(tx: Tx, now: Date): Promise<HostKeyFingerprint[]> {
  const since = new Date(now.getTime() - REMEMBERED_DAYS * 86_400_000)
  const rows = await tx.select().from(sftpHostKeys).where(gt(sftpHostKeys.seenAt, since))
  const order = ['ssh-rsa', 'ecdsa-sha2-nistp256', 'ssh-ed25519']
  return rows
    .toSorted((a, b) => order.indexOf(b.algorithm) - order.indexOf(a.algorithm))
    .map(({ algorithm, fingerprint }) => ({ type: algorithm, fingerprint }))
}

export const servedFingerprints = async (tx: Tx, now: Date): Promise<string[]> =>
  (await servedHostKeys(tx, now)).map(key => key.fingerprint)
