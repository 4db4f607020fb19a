import { EXAMPLES, inRowOrder } from './deleted-rows.ts'
import type { Merged } from './merge.ts'
import type { Rejection, RowCounts, RowsChunk } from './reading/chunk.ts'
import { REJECTION_LIMIT } from './reading/row-outlet.ts'

/** rowsRead = created + updated + unchanged + rejected, after every chunk. */
export interface Counts {
  rowsRead: number
  created: number
  updated: number
  unchanged: number
  rejected: number
}

export interface Tally extends Counts {
  /** The first ones, as many as are kept. */
  rejections: Rejection[]
  /** Of the rejected rows, those whose contact was deleted before: how many, and the first of them. */
  deletedBefore: number
  deletedExamples: number[]
}

export const newTally = (): Tally => ({
  rowsRead: 0,
  created: 0,
  updated: 0,
  unchanged: 0,
  rejected: 0,
  rejections: [],
  deletedBefore: 0,
  deletedExamples: [],
})

/**
 * Adds a merged chunk. A row that a later one of its chunk replaced counts as if it had been sent before; of a
 * reference that was deleted before, every row is rejected.
 */
export function addChunk(tally: Tally, chunk: RowsChunk, { created, updated, deleted }: Merged): void {
  tally.rowsRead += rowsOf(chunk)
  tally.created += created
  tally.updated += updated + chunk.supersededUpdated - deleted.supersededUpdated
  tally.unchanged += chunk.staged - deleted.staged - created - updated
  tally.unchanged += chunk.supersededUnchanged - deleted.supersededUnchanged
  tally.rejected += chunk.rejected + deleted.rows.length
  tally.deletedBefore += deleted.rows.length
  tally.deletedExamples.push(...deleted.rows.slice(0, EXAMPLES - tally.deletedExamples.length))
  const room = REJECTION_LIMIT - tally.rejections.length
  for (const rejection of inRowOrder(chunk.rejections, deleted.rows, room)) tally.rejections.push(rejection)
}

/** Of a refused file: nothing was kept, so every row read counts as rejected. */
export const allRejected = (rowsRead: number): Counts => ({
  rowsRead,
  created: 0,
  updated: 0,
  unchanged: 0,
  rejected: rowsRead,
})

const rowsOf = (counts: RowCounts) =>
  counts.staged + counts.supersededUpdated + counts.supersededUnchanged + counts.rejected
