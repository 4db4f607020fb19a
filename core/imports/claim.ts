import { randomUUID } from 'node:crypto'
import { and, asc, eq, inArray, isNull } from 'drizzle-orm'
import { type Tx, tables } from '../../db/db.ts'
import { notifyImport } from './notify.ts'
import { type ClaimedImport, ClaimLost } from './ports.ts'
import { mayBegin } from './standstill.ts'
import { waiting } from './states.ts'

const { importProgress, imports } = tables

/** What a tenant's runner finds. `later`: the oldest may not be taken yet, and no other comes before it. */
export type NextImport =
  | { kind: 'none' }
  | { kind: 'later'; at: Date }
  | { kind: 'claimed'; import: ClaimedImport }

/** How soon to look again at an import that another worker runs, or was running when it died. */
const HELD_ELSEWHERE_MS = 5_000

/** Claims the tenant's oldest waiting import, in a short transaction of its own. */
export async function claimNext(
  tx: Tx,
  tenantId: string,
  { workerId, now }: { workerId: string; now: Date },
): Promise<NextImport> {
  const [oldest] = await tx
    .select({ row: imports, workerId: importProgress.workerId, free: mayBegin(tenantId) })
    .from(imports)
    .leftJoin(
      importProgress,
      and(eq(importProgress.tenantId, imports.tenantId), eq(importProgress.importId, imports.id)),
    )
    .where(
      and(eq(imports.tenantId, tenantId), inArray(imports.status, [...waiting]), isNull(imports.setAsideAt)),
    )
    .orderBy(asc(imports.ordinal))
    .limit(1)
  if (!oldest) return { kind: 'none' }
  const { row } = oldest
  // One of our own that could not be given back when its try ended: the job queue runs one at a time for a tenant.
  const ours = row.status === 'RUNNING' && oldest.workerId === workerId
  if (row.status === 'RUNNING' && !ours)
    return { kind: 'later', at: new Date(now.getTime() + HELD_ELSEWHERE_MS) }
  if (!oldest.free) return { kind: 'later', at: new Date(now.getTime() + HELD_ELSEWHERE_MS) }
  if (row.retryAt !== null && row.retryAt > now) return { kind: 'later', at: row.retryAt }

  const claim = randomUUID()
  const taken = await tx
    .update(imports)
    .set({ status: 'RUNNING', claim, startedAt: now, finishedAt: null })
    .where(
      and(
        eq(imports.tenantId, tenantId),
        eq(imports.id, row.id),
        eq(imports.status, row.status),
        row.claim === null ? isNull(imports.claim) : eq(imports.claim, row.claim),
      ),
    )
    .returning({ id: imports.id })
  if (taken.length === 0) return { kind: 'later', at: new Date(now.getTime() + HELD_ELSEWHERE_MS) }
  const begun = { claim, workerId, backendPid: null, rowsRead: 0, rejected: 0, progress: 0, updatedAt: now }
  await tx
    .insert(importProgress)
    .values({ tenantId, importId: row.id, ...begun })
    .onConflictDoUpdate({ target: [importProgress.tenantId, importProgress.importId], set: begun })
  await notifyImport(tx, tenantId, row.id)
  const { id, fileId, path, ordinal, templateId, dryRun, failures, outages } = row
  const file = { fileId, path, fileMark: row.fileMark ?? ordinal, templateId, dryRun }
  return {
    kind: 'claimed',
    import: { tenantId, id, ...file, claim, workerId, ordinal, failures, outages, startedAt: now },
  }
}

/**
 * Locks the import's row for the rest of the transaction, or throws ClaimLost. Weak enough for rows that refer to the
 * import, strong enough that nobody else can change its state.
 */
export async function holdClaim(tx: Tx, { tenantId, id, claim }: ClaimedImport): Promise<void> {
  const held = await tx
    .select({ id: imports.id })
    .from(imports)
    .where(
      and(
        eq(imports.tenantId, tenantId),
        eq(imports.id, id),
        eq(imports.claim, claim),
        eq(imports.status, 'RUNNING'),
      ),
    )
    .for('no key update')
  if (held.length === 0) throw new ClaimLost(id)
}
