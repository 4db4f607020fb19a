import { and, eq, sql } from 'drizzle-orm'
import { type Tx, tables, uuidArray } from '../../db/db.ts'
import { notifyImports } from './notify.ts'
import { type ClaimedImport, ClaimLost } from './ports.ts'

const { importProgress, imports } = tables

/** Imports under one claim: one that goes alone, or a group. */
export type Claimed = readonly [ClaimedImport, ...ClaimedImport[]]

export const idsOf = (claimed: Claimed): string[] => claimed.map(({ id }) => id)

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

/** Throws ClaimLost unless a row was found for each. */
export function allOf(claimed: Claimed, found: readonly unknown[]): void {
  if (found.length !== claimed.length) throw new ClaimLost(claimed[0].id)
}

/**
 * Locks their rows for the rest of the transaction, or throws ClaimLost. Weak enough for rows that refer to an import,
 * strong enough that nobody else can change its state.
 */
export async function holdClaim(tx: Tx, claimed: Claimed): Promise<void> {
  const held = await tx
    .select({ id: imports.id })
    .from(imports)
    .where(ownRows(claimed))
    .orderBy(imports.id)
    .for('no key update')
  allOf(claimed, held)
}

/** Puts a group's connection on record beside each import; on another connection, since it must be seen at once. */
export async function connectedAs(tx: Tx, claimed: Claimed, backendPid: number, now: Date): Promise<void> {
  const told = await tx
    .update(importProgress)
    .set({ backendPid, updatedAt: now })
    .where(ownProgress(claimed))
    .returning({ id: importProgress.importId })
  allOf(claimed, told)
}

/** Strikes off this try's progress. Whoever frees a lost worker's imports first takes its name off it: ClaimLost then. */
export async function forgetProgress(tx: Tx, claimed: Claimed): Promise<void> {
  const own = await tx
    .delete(importProgress)
    .where(ownProgress(claimed))
    .returning({ id: importProgress.importId })
  allOf(claimed, own)
}

/** They wait as before; nothing failed. */
export async function giveBack(tx: Tx, claimed: Claimed): Promise<void> {
  const given = await tx
    .update(imports)
    .set({ status: 'QUEUED', claim: null, startedAt: null })
    .where(ownRows(claimed))
    .returning({ id: imports.id })
  allOf(claimed, given)
  await forgetProgress(tx, claimed)
  await notifyImports(tx, claimed[0].tenantId, idsOf(claimed))
}
