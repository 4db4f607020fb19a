import { and, asc, eq, inArray, isNull } from 'drizzle-orm'
import { type Tx, tables } from '../../db/db.ts'
import type { ClaimedImport } from './ports.ts'
import { mayBegin } from './standstill.ts'
import { waiting } from './states.ts'
import { takeClaim } from './take-claim.ts'

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

  const claimed = await takeClaim(tx, [row], { workerId, now })
  return claimed
    ? { kind: 'claimed', import: claimed[0] }
    : { kind: 'later', at: new Date(now.getTime() + HELD_ELSEWHERE_MS) }
}
