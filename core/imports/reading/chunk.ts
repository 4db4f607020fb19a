import type { Problem } from '../problem.ts'

/**
 * What reading a contact file yields: chunks of rows, in order, then one summary. A chunk's borders follow from the
 * file's rows alone, so the same file always gives the same chunks, however its bytes arrive.
 *
 * Always, for each chunk and for the whole file:
 *   rows read = staged + supersededUpdated + supersededUnchanged + rejected
 */
export type Reading = RowsChunk | Summary

export interface RowCounts {
  /** Rows in `copy`: each reference once. */
  staged: number
  /** Rows that a later row of the same chunk replaces with other values. */
  supersededUpdated: number
  /** Rows that a row of the same chunk repeats, or, under SKIP, that come after the first of their reference. */
  supersededUnchanged: number
  rejected: number
}

export interface RowsChunk extends RowCounts {
  kind: 'rows'
  /** COPY text (`COPY … FROM STDIN`) for the columns of `stagingColumns`, in their order. */
  copy: Buffer
  /** The superseded rows, by three numbers each: the row, the staged row of its reference, 1 when it counts as updated. */
  superseded: Int32Array<ArrayBuffer>
  /** The staged rows that stand for rows with other values. */
  rewritten: Rewritten[]
  /** Rows of the file read by the end of this chunk. */
  rowsReadSoFar: number
  /** Bytes of the file read by the end of this chunk. */
  bytesReadSoFar: number
  /** One for each bad cell; none any more past `rejectionLimit` of the whole file. */
  rejections: Rejection[]
  /** The next piece of the CSV of rejected rows; the first piece begins with the header. */
  rejectedCsv: Buffer
}

/** A reference that came with different values in one chunk. */
export interface Rewritten {
  reference: string
  /** Digests of its first row and of its last, which is staged. */
  first: string
  last: string
  /** How many of its rows count in `supersededUpdated`. */
  times: number
}

export interface Summary extends RowCounts {
  kind: 'summary'
  rowsRead: number
  bytesRead: number
  /** Row faults by cause, most frequent first: `details` holds the count and three examples. */
  problems: Problem[]
}

/** One bad cell. */
export interface Rejection {
  /** From 1, the header not counted; one record is one row, however many lines it spans. */
  row: number
  /** The header as the file has it; null when the row as such is at fault. */
  column: string | null
  /** As it came, cut to a bounded length; null where no cell is at fault. */
  value: string | null
  code: RowFault
  message: string
}

/** All of them are the reader's own finds, but DELETED_BEFORE: what is remembered stands in the database. */
export type RowFault =
  | 'DELETED_BEFORE'
  | 'MISSING_COLUMN'
  | 'EXTRA_COLUMN'
  | 'MISSING_VALUE'
  | 'BAD_DATE'
  | 'NO_SUCH_LOCAL_TIME'
  | 'AMBIGUOUS_LOCAL_TIME'
  | 'BAD_NUMBER'
  | 'BAD_QUOTE'
  | 'BAD_URL'
  | 'BAD_CHARACTER'
  | 'SPREADSHEET_DAMAGE'
  | 'TOO_LONG'

export interface ReadOptions {
  /** A chunk ends with the row that brings its COPY text and its rejected CSV to this many bytes. 2 MiB by default. */
  chunkBytes?: number
  /** Rejections handed out for the whole file; the CSV has all. 10,000 by default. */
  rejectionLimit?: number
  /**
   * The second reading of a file refused with TOO_MANY_REJECTED: `rejectedCsv` holds every row, sound ones without a
   * reason; `copy` and `rejections` stay empty. Rows read and rejected are as in the first reading.
   */
  everyRow?: boolean
  /** Of the tenant's keyed hashes; without it rows are staged without one, and must not be kept. */
  hashKey?: Uint8Array
}
