import { and, eq, gt, isNull } from 'drizzle-orm'
import { type Database, type Tx, tables } from '../../../db/db.ts'
import { hashOf } from '../../access/secret.ts'
import { type HostKeyFingerprint, servedHostKeys } from '../../accounts/host-keys.ts'
import type { Claim } from './claim-link.ts'

const { claimLinks, sftpAccounts, tenants } = tables

/** A link that still waits, and what its page tells. */
export interface WaitingClaim {
  claim: Claim
  tenantName: string
  /** IANA name, for the time when the link expires. */
  timeZone: string
  /** Of the account whose key it is about. */
  username: string | null
  hostKeys: HostKeyFingerprint[]
}

/** None when it is used, expired, or never was. */
export async function findClaim(
  database: Database,
  secret: string,
  now: Date,
): Promise<WaitingClaim | undefined> {
  const hash = hashOf(secret)
  const [found] = await database.plain<{ tenant_id: string }[]>`
    select tenant_id from lookup_claim_link(${hash})`
  if (!found) return undefined
  const tenantId = found.tenant_id
  return await database.asTenant(tenantId, async tx => {
    const [row] = await tx
      .select({
        claim: claimLinks,
        tenantName: tenants.name,
        timeZone: tenants.timeZone,
        username: sftpAccounts.username,
      })
      .from(claimLinks)
      .innerJoin(tenants, eq(tenants.id, claimLinks.tenantId))
      .leftJoin(
        sftpAccounts,
        and(eq(sftpAccounts.tenantId, claimLinks.tenantId), eq(sftpAccounts.id, claimLinks.accountId)),
      )
      .where(and(eq(claimLinks.tenantId, tenantId), eq(claimLinks.hash, hash), waiting(now)))
    return row && { ...row, hostKeys: await servedHostKeys(tx, now) }
  })
}

/** Uses a link up. Of several that try at once, one succeeds: the others wait for its row and find it used. */
export async function useClaim(tx: Tx, { tenantId, hash }: Claim, now: Date): Promise<boolean> {
  const used = await tx
    .update(claimLinks)
    .set({ usedAt: now })
    .where(and(eq(claimLinks.tenantId, tenantId), eq(claimLinks.hash, hash), waiting(now)))
    .returning({ id: claimLinks.id })
  return used.length > 0
}

const waiting = (now: Date) => and(isNull(claimLinks.usedAt), gt(claimLinks.expiresAt, now))
