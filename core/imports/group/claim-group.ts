import { and, asc, eq, inArray, isNull } from 'drizzle-orm'
import { type Tx, tables } from '../../../db/db.ts'
import type { Claimed } from '../claimed.ts'
import { ClaimLost } from '../ports.ts'
import { mayBegin } from '../standstill.ts'
import { waiting } from '../states.ts'
import { takeClaim } from '../take-claim.ts'

const { imports, uploadedFiles } = tables

/** Fewer waiting imports go one by one, each with a receipt of its own. */
export const LEAST = 16
export const MOST = 500

/** Of a file that goes with others; larger ones are worth a transaction of their own. */
const SMALL_BYTES = 64 * 1024
/** Of all files of a group: they are in memory at once. */
const GROUP_BYTES = 4 * 1024 * 1024

/** Has to be unpacked first. */
const PACKED = /\.(gz|zip)$/i

/**
 * Claims the tenant's oldest waiting imports, up to the first that must go alone, under one claim: they are one try,
 * of one transaction. None when these are too few. Throws ClaimLost, to be rolled back, when another worker came first.
 */
export async function claimGroup(
  tx: Tx,
  tenantId: string,
  { workerId, now, most }: { workerId: string; now: Date; most: number },
): Promise<Claimed | undefined> {
  const oldest = await oldestSmall(tx, tenantId, most)
  const [first, ...others] = oldest
  if (first === undefined || oldest.length < LEAST) return undefined
  const claimed = await takeClaim(tx, [first, ...others], { workerId, now })
  if (claimed === undefined) throw new ClaimLost(first.id)
  return claimed
}

/** The oldest that wait, as far as none of them was tried before, and each is small. */
async function oldestSmall(tx: Tx, tenantId: string, most: number) {
  const rows = await tx
    .select({ row: imports, size: uploadedFiles.size, free: mayBegin(tenantId) })
    .from(imports)
    .innerJoin(
      uploadedFiles,
      and(eq(uploadedFiles.tenantId, imports.tenantId), eq(uploadedFiles.id, imports.fileId)),
    )
    .where(
      and(eq(imports.tenantId, tenantId), inArray(imports.status, [...waiting]), isNull(imports.setAsideAt)),
    )
    .orderBy(asc(imports.ordinal))
    .limit(most)
  let bytes = 0
  const alone = rows.findIndex(({ row, size, free }) => {
    bytes += size
    if (!free || row.fileMark !== null || row.templateId !== null) return true
    const tried = row.status !== 'QUEUED' || row.failures > 0 || row.outages > 0 || row.retryAt !== null
    return tried || row.dryRun || size > SMALL_BYTES || bytes > GROUP_BYTES || PACKED.test(row.path)
  })
  return rows.slice(0, alone < 0 ? rows.length : alone).map(({ row }) => row)
}
