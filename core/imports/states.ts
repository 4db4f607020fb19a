/**
 * An import is the reading of one contact file, as one transaction; or the unpacking of an archive, whose entries become
 * files with imports of their own, right behind it (packed/unpack-archive.ts). Its states (`imports.status`):
 *
 *   QUEUED     the file is stored, nothing of it was read. No claim.
 *   RUNNING    one try is under way: `claim` names it, `import_progress` names its worker and database connection.
 *              Nothing of it can be seen by anyone until it ends.
 *   COMPLETED  every row was read; contacts, counts, rejections, CSV of rejected rows and receipt came at once.
 *   REFUSED    the file's fault; no contact was kept, every row read counts as rejected, the receipt says why.
 *   FAILED     a fault of ours; nothing was kept. Tried again after `retry_at`, before any later import of the tenant.
 *              With `set_aside_at` it was given up after MAX_FAILURES, with an alarm: later imports go on. A try that
 *              found the database or the object store away counts as no failure, however long they are away.
 *   UNDONE     taken back: its contacts are what they were before, but for those that were left alone.
 *
 *   QUEUED, FAILED → RUNNING              claimNext: the tenant's oldest waiting one, never another before it
 *   RUNNING → COMPLETED, REFUSED, FAILED  by the try whose claim stands in the row, in the transaction that it checks it in
 *   RUNNING → QUEUED                      the worker was stopped, or it died and another freed it; no failure is counted
 *   COMPLETED → UNDONE                    undoImport, while none of the tenant runs and none can begin
 *
 * A file that is read again is a new import: it has a turn of its own, and the place of its file among files (`file_mark`).
 *
 * Small files that wait one after the other are tried as a group: one claim, one transaction, the states of all change
 * at once (group/import-group.ts). A group ends before the first import that must go alone, since its file is refused,
 * has a rejected row, cannot be read or has to be tried again: that one and those after it wait as before.
 *
 * Whoever holds another claim than the row's can write nothing: a try locks its row before its first contact and keeps
 * it locked to the end, and whoever takes an import from a stalled worker first ends that worker's connection.
 */
export const waiting = ['QUEUED', 'RUNNING', 'FAILED'] as const

export const isWaiting = (row: { status: string; setAsideAt: Date | null }): boolean =>
  row.setAsideAt === null && (waiting as readonly string[]).includes(row.status)

/** After so many tries that failed for our fault an import is set aside. */
export const MAX_FAILURES = 8

const FIRST_RETRY_SECONDS = 5
const LONGEST_OUTAGE_SECONDS = 60

const doubled = (tries: number, longest: number) => Math.min(FIRST_RETRY_SECONDS * 2 ** (tries - 1), longest)

/** Seconds until a failed import is tried again: 5, 10, 20 … 320 after the seventh; set aside after 10 minutes 35 of waiting. */
export const retrySeconds = (failures: number): number => doubled(failures, Number.POSITIVE_INFINITY)

/** While the database or the object store is away: 5, 10, 20, 40 and then 60 seconds, for as long as it lasts. */
export const outageSeconds = (outages: number): number => doubled(outages, LONGEST_OUTAGE_SECONDS)

/** Jobs of one tenant's imports run one after the other. */
export const importQueue = (tenantId: string) => `imports:${tenantId}`

/** One waiting job is enough for all of a tenant's imports: a further one replaces it. */
export const importJob = (tenantId: string) => ({
  queue: importQueue(tenantId),
  key: `run-imports ${tenantId}`,
})
