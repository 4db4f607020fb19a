import { and, eq, sql } from 'drizzle-orm'
import { type Tx, tables, uuidArray } from '../../../db/db.ts'
import { notifyImports } from '../notify.ts'
import { type ClaimedImport, ClaimLost } from '../ports.ts'

const { importProgress, imports } = tables

/** Imports under one claim. */
export type Claimed = readonly [ClaimedImport, ...ClaimedImport[]]

export const idsOf = (claimed: readonly ClaimedImport[]) => claimed.map(({ id }) => id)

/** Their rows as this try claimed them; whoever else has one by now is left alone. */
export const ownRows = (claimed: Claimed) =>
  and(
    eq(imports.tenantId, claimed[0].tenantId),
    sql`${imports.id} = any(${uuidArray(idsOf(claimed))})`,
    eq(imports.claim, claimed[0].claim),
    eq(imports.status, 'RUNNING'),
  )

const ownProgress = (claimed: Claimed) =>
  and(
    eq(importProgress.tenantId, claimed[0].tenantId),
    sql`${importProgress.importId} = any(${uuidArray(idsOf(claimed))})`,
    eq(importProgress.claim, claimed[0].claim),
    eq(importProgress.workerId, claimed[0].workerId),
  )

export function allOf(claimed: Claimed, found: readonly unknown[]): void {
  if (found.length !== claimed.length) throw new ClaimLost(claimed[0].id)
}

/** Locks the rows of all for the rest of the transaction, as `holdClaim` does that of one. */
export async function holdClaims(tx: Tx, claimed: Claimed): Promise<void> {
  const held = await tx
    .select({ id: imports.id })
    .from(imports)
    .where(ownRows(claimed))
    .orderBy(imports.id)
    .for('no key update')
  allOf(claimed, held)
}

/** Puts the group's connection on record beside each import; on another connection, since it must be seen at once. */
export async function connectedAs(tx: Tx, claimed: Claimed, backendPid: number, now: Date): Promise<void> {
  const told = await tx
    .update(importProgress)
    .set({ backendPid, updatedAt: now })
    .where(ownProgress(claimed))
    .returning({ id: importProgress.importId })
  allOf(claimed, told)
}

/** Strikes off this try's progress, as `forgetProgress` does for one. */
export async function forgetAllProgress(tx: Tx, claimed: Claimed): Promise<void> {
  const own = await tx
    .delete(importProgress)
    .where(ownProgress(claimed))
    .returning({ id: importProgress.importId })
  allOf(claimed, own)
}

/** They wait as before; nothing failed. */
export async function giveBackAll(tx: Tx, claimed: readonly ClaimedImport[]): Promise<void> {
  const [first, ...others] = claimed
  if (first === undefined) return
  const all: Claimed = [first, ...others]
  const given = await tx
    .update(imports)
    .set({ status: 'QUEUED', claim: null, startedAt: null })
    .where(ownRows(all))
    .returning({ id: imports.id })
  allOf(all, given)
  await forgetAllProgress(tx, all)
  await notifyImports(tx, first.tenantId, idsOf(all))
}
