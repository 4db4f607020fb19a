import type { Problem } from './problem.ts'
import type { Rejection, RowsChunk } from './reading/chunk.ts'

/** Rows of one chunk that are rejected since their reference was deleted before. */
export interface DeletedRows {
  /** Their numbers in the file, in order. */
  rows: number[]
  /** How many of them were staged, and how many superseded by another row of their reference. */
  staged: number
  supersededUpdated: number
  supersededUnchanged: number
}

/** All rows of the references whose staged rows these are. */
export function withSuperseded(
  stagedRows: readonly number[],
  { superseded }: Pick<RowsChunk, 'superseded'>,
): DeletedRows {
  const rows = [...stagedRows]
  const found = { staged: stagedRows.length, supersededUpdated: 0, supersededUnchanged: 0 }
  if (stagedRows.length === 0) return { rows, ...found }
  const deleted = new Set(stagedRows)
  for (let at = 0; at < superseded.length; at += 3) {
    if (!deleted.has(superseded[at + 1] ?? 0)) continue
    rows.push(superseded[at] ?? 0)
    if (superseded[at + 2] === 1) found.supersededUpdated++
    else found.supersededUnchanged++
  }
  return { rows: rows.sort((a, b) => a - b), ...found }
}

/** The first so many rejections of a chunk: its bad cells and its deleted rows, in the order of the rows. */
export function inRowOrder(
  rejections: readonly Rejection[],
  rows: readonly number[],
  most: number,
): Rejection[] {
  const merged: Rejection[] = []
  let next = 0
  for (const rejection of rejections) {
    while ((rows[next] ?? Number.POSITIVE_INFINITY) < rejection.row)
      merged.push(deletedRow(rows[next++] ?? 0))
    merged.push(rejection)
    if (merged.length >= most) break
  }
  while (merged.length < most && next < rows.length) merged.push(deletedRow(rows[next++] ?? 0))
  return merged.slice(0, most)
}

const deletedRow = (row: number): Rejection => ({
  row,
  column: null,
  value: null,
  code: 'DELETED_BEFORE',
  message:
    'The contact of this row was deleted here on purpose, by the retention rule or on request, and is not imported again. Nothing has to be done.',
})

/** Examples of which a problem names the rows. */
export const EXAMPLES = 3

/** All of a file's rows that were deleted before, as one problem. They are told by their numbers, never by a reference. */
export function deletedProblem(count: number, examples: readonly number[]): Problem {
  const rows = count === 1 ? '1 row was' : `${count} rows were`
  const such = examples.length === 1 ? `row ${examples[0]}` : `rows ${examples.join(', ')}`
  const whose = count === 1 ? 'its contact was' : 'their contacts were'
  return {
    code: 'DELETED_BEFORE',
    message: `${rows} not imported: ${whose} deleted here on purpose, by the retention rule or on request, and what was deleted does not come back by being sent again. For example ${such}. Nothing has to be done; if the export can leave such rows out, it may.`,
    whoseMove: 'SENDER',
    row: examples[0] ?? null,
    column: null,
    details: { count, column: null, examples: examples.map(row => ({ row })) },
  }
}

/** Most frequent first, as the reader's own are. */
export function withDeleted(
  problems: readonly Problem[],
  count: number,
  examples: readonly number[],
): Problem[] {
  if (count === 0) return [...problems]
  const countOf = ({ details }: Problem) => Number(details?.['count'] ?? 0)
  const before = problems.filter(problem => countOf(problem) >= count)
  return [...before, deletedProblem(count, examples), ...problems.slice(before.length)]
}
