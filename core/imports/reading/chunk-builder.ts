import type { ExistingContact } from '../../templates/template.ts'
import type { Rejection, RowsChunk } from './chunk.ts'
import type { ContactLine } from './contact-line.ts'
import type { RejectedCsv } from './rejected-csv.ts'

/** Gathers rows until a chunk is full. Each reference is staged once; what it stands for is counted. */
export interface ChunkBuilder {
  accept(row: number, reference: string, line: ContactLine): void
  /** `handedOut` are those of the row's rejections that still go out one by one. */
  reject(handedOut: readonly Rejection[]): void
  isFull(): boolean
  isEmpty(): boolean
  take(rowsReadSoFar: number, bytesReadSoFar: number): RowsChunk
}

export interface ChunkRules {
  existingContact: ExistingContact
  chunkBytes: number
  /** Counts rows, keeps no COPY text. */
  countOnly: boolean
}

/** A chunk of nothing but repetitions ends as well, so that progress shows. */
const MOST_ROWS = 100_000
const MOST_REJECTIONS = 5000

interface Staged {
  row: number
  line: ContactLine
  bytes: number
}

/** A buffer of its own memory, so that it can change threads. */
export const encode = (text: string): Buffer => {
  const buffer = Buffer.allocUnsafeSlow(Buffer.byteLength(text))
  buffer.write(text, 'utf8')
  return buffer
}

export const chunkBuilder = (csv: RejectedCsv, rules: ChunkRules): ChunkBuilder => {
  let staged = new Map<string, Staged>()
  let copyBytes = 0
  let rows = 0
  let rejections: Rejection[] = []
  let counts = { supersededUpdated: 0, supersededUnchanged: 0, rejected: 0 }

  return {
    accept(row, reference, line) {
      rows++
      const before = staged.get(reference)
      if (before !== undefined && rules.existingContact === 'SKIP') {
        counts.supersededUnchanged++
        return
      }
      const bytes = rules.countOnly ? 0 : Buffer.byteLength(line.text) + 8
      if (before !== undefined) {
        if (before.line.digest === line.digest) counts.supersededUnchanged++
        else counts.supersededUpdated++
        copyBytes -= before.bytes
      }
      copyBytes += bytes
      staged.set(reference, { row, line, bytes })
    },
    reject(handedOut) {
      rows++
      counts.rejected++
      rejections.push(...handedOut)
    },
    isFull: () =>
      copyBytes + csv.size >= rules.chunkBytes || rows >= MOST_ROWS || rejections.length >= MOST_REJECTIONS,
    isEmpty: () => rows === 0,
    take(rowsReadSoFar, bytesReadSoFar) {
      let text = ''
      if (!rules.countOnly) for (const { row, line } of staged.values()) text += `${row}\t${line.text}\n`
      const chunk: RowsChunk = {
        kind: 'rows',
        copy: encode(text),
        staged: staged.size,
        ...counts,
        rowsReadSoFar,
        bytesReadSoFar,
        rejections,
        rejectedCsv: encode(csv.take()),
      }
      staged = new Map()
      copyBytes = 0
      rows = 0
      rejections = []
      counts = { supersededUpdated: 0, supersededUnchanged: 0, rejected: 0 }
      return chunk
    },
  }
}
