import { and, eq, sql } from 'drizzle-orm'
import { type Tx, tables, uuidArray } from '../../db/db.ts'

const { tombstones } = tables

/** REFERENCE: of a contact. FILE: of a path and the bytes under it. Hashes are `TenantHashes`' (core/vault/keyed-hashes.ts). */
export type TombstoneKind = typeof tombstones.$inferSelect.kind

const moment = (at: Date | undefined) =>
  at === undefined ? sql`now()` : sql`${at.toISOString()}::timestamptz`

/**
 * Remembers what is deleted on purpose, in the transaction that deletes it: sent again, it is not taken again. As many
 * hashes as there are, repeated ones once; what is buried already is only seen again. `at` is now by default.
 */
export async function bury(
  tx: Tx,
  tenantId: string,
  kind: TombstoneKind,
  hashes: readonly string[],
  at?: Date,
): Promise<void> {
  if (hashes.length === 0) return
  // In order, so that two who bury the same do not wait for each other in a circle.
  await tx.execute(sql`
    insert into tombstones (tenant_id, kind, hash, seen_at)
    select distinct ${tenantId}::uuid, ${kind}, hash, ${moment(at)} from unnest(${uuidArray(hashes)}) as hash order by hash
        on conflict (tenant_id, kind, hash)
        do update set seen_at = greatest(tombstones.seen_at, excluded.seen_at)`)
  if (kind === 'REFERENCE')
    await tx.execute(sql`insert into burials (tenant_id) values (${tenantId}) on conflict do nothing`)
}

/** Which of the hashes are buried. Each of them was sent again, and is remembered from then on. */
export async function seenAgain(
  tx: Tx,
  tenantId: string,
  kind: TombstoneKind,
  hashes: readonly string[],
): Promise<Set<string>> {
  if (hashes.length === 0) return new Set()
  const found = await tx.execute<{ hash: string }>(sql`
    update tombstones set seen_at = greatest(seen_at, now())
     where tenant_id = ${tenantId}::uuid and kind = ${kind} and hash = any(${uuidArray(hashes)})
    returning hash`)
  return new Set(found.map(row => row.hash))
}

/** What is buried and was sent again is remembered from then on. Later than it was seen, never earlier. */
export async function renewTombstones(
  tx: Tx,
  tenantId: string,
  kind: TombstoneKind,
  hashes: readonly string[],
  at?: Date,
): Promise<void> {
  if (hashes.length === 0) return
  await tx.execute(sql`
    update tombstones set seen_at = ${moment(at)}
     where tenant_id = ${tenantId}::uuid and kind = ${kind} and hash = any(${uuidArray(hashes)}) and seen_at < ${moment(at)}`)
}

/**
 * Forgets what was neither buried nor sent again since then: at most `limit`, the oldest first. Answers how many; fewer
 * than `limit` when no more are left, but those that somebody renews at this moment.
 */
export async function expireTombstones(
  tx: Tx,
  tenantId: string,
  before: Date,
  limit: number,
): Promise<number> {
  const old = await tx
    .select({ kind: tombstones.kind, hash: tombstones.hash })
    .from(tombstones)
    .where(
      and(
        eq(tombstones.tenantId, tenantId),
        sql`${tombstones.seenAt} < ${before.toISOString()}`,
        // Names the index that is for this alone: db/tables/retention.ts.
        sql`${tombstones.seenAt} > '-infinity'`,
      ),
    )
    .orderBy(tombstones.seenAt)
    .limit(limit)
    .for('update', { skipLocked: true })
  for (const kind of new Set(old.map(row => row.kind))) {
    const hashes = old.filter(row => row.kind === kind).map(row => row.hash)
    await tx
      .delete(tombstones)
      .where(
        and(
          eq(tombstones.tenantId, tenantId),
          eq(tombstones.kind, kind),
          sql`${tombstones.hash} = any(${uuidArray(hashes)})`,
        ),
      )
  }
  return old.length
}

/** No import runs for a day: what was buried before is seen by every one that runs. */
export async function forgetBurials(tx: Tx, tenantId: string): Promise<void> {
  await tx.execute(sql`delete from burials where tenant_id = ${tenantId} and at < now() - interval '1 day'`)
}
