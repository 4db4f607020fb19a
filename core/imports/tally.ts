import type { Merged } from './merge.ts'
import type { Rejection, RowCounts, RowsChunk } from './reading/chunk.ts'

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
}

export const newTally = (): Tally => ({
  rowsRead: 0,
  created: 0,
  updated: 0,
  unchanged: 0,
  rejected: 0,
  rejections: [],
})

/** Adds a merged chunk. A row that a later one of its chunk replaced counts as if it had been sent before. */
export function addChunk(tally: Tally, chunk: RowsChunk, merged: Merged): void {
  tally.rowsRead += rowsOf(chunk)
  tally.created += merged.created
  tally.updated += merged.updated + chunk.supersededUpdated
  tally.unchanged += chunk.staged - merged.created - merged.updated + chunk.supersededUnchanged
  tally.rejected += chunk.rejected
  for (const rejection of chunk.rejections) tally.rejections.push(rejection)
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
