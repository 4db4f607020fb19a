import type { ExistingContact } from '../../templates/template.ts'
import type { Rejection, Rewritten, RowsChunk } from './chunk.ts'
import { DIGEST_DIGITS } from './contact-line.ts'
import { copyTextBuffer } from './copy-text.ts'
import type { RejectedCsv } from './rejected-csv.ts'

/** Gathers rows until a chunk is full. Each reference is staged once; what it stands for is counted. */
export interface ChunkBuilder {
  /** `line` is COPY text that ends with the digest. */
  accept(row: number, reference: string, line: string): void
  /** `handedOut` are those of the row's rejections that still go out one by one. */
  reject(handedOut: readonly Rejection[]): void
  isFull(): boolean
  isEmpty(): boolean
  take(rowsReadSoFar: number, bytesReadSoFar: number): RowsChunk
}

export interface ChunkRules {
  existingContact: ExistingContact
  chunkBytes: number
  /** Counts rows, hands out no COPY text. */
  countOnly: boolean
}

/** A chunk of nothing but repetitions ends as well, so that progress shows. */
const MOST_ROWS = 100_000
const MOST_REJECTIONS = 5000

const noCounts = () => ({ supersededUpdated: 0, supersededUnchanged: 0, rejected: 0 })

export const chunkBuilder = (csv: RejectedCsv, rules: ChunkRules): ChunkBuilder => {
  const text = copyTextBuffer()
  /** The line of each reference, and the row of each line. */
  let staged = new Map<string, number>()
  let standing: number[] = []
  let superseded: number[] = []
  let rewritten = new Map<string, Rewritten>()
  let rows = 0
  let rejections: Rejection[] = []
  let counts = noCounts()

  const rewrite = (reference: string, replaced: string, line: string) => {
    const last = line.slice(-DIGEST_DIGITS - 1, -1)
    const before = rewritten.get(reference)
    if (before === undefined)
      rewritten.set(reference, { reference, first: replaced.slice(0, DIGEST_DIGITS), last, times: 1 })
    else {
      before.last = last
      before.times++
    }
  }

  return {
    accept(row, reference, line) {
      rows++
      const before = staged.get(reference)
      if (before === undefined) {
        staged.set(reference, text.add(line))
        standing.push(row)
      } else if (rules.existingContact === 'SKIP') {
        counts.supersededUnchanged++
        superseded.push(row, before, 0)
      } else {
        const replaced = text.replace(before, line, DIGEST_DIGITS + 1)
        if (replaced === undefined) counts.supersededUnchanged++
        else {
          counts.supersededUpdated++
          rewrite(reference, replaced, line)
        }
        superseded.push(standing[before] ?? row, before, replaced === undefined ? 0 : 1)
        standing[before] = row
      }
    },
    reject(handedOut) {
      rows++
      counts.rejected++
      rejections.push(...handedOut)
    },
    isFull: () =>
      text.size + csv.size >= rules.chunkBytes || rows >= MOST_ROWS || rejections.length >= MOST_REJECTIONS,
    isEmpty: () => rows === 0,
    take(rowsReadSoFar, bytesReadSoFar) {
      const copy = text.take()
      const chunk: RowsChunk = {
        kind: 'rows',
        copy: rules.countOnly ? Buffer.allocUnsafeSlow(0) : copy,
        superseded: Int32Array.from(superseded, (value, at) =>
          at % 3 === 1 ? (standing[value] ?? 0) : value,
        ),
        rewritten: [...rewritten.values()],
        staged: staged.size,
        ...counts,
        rowsReadSoFar,
        bytesReadSoFar,
        rejections,
        rejectedCsv: csv.take(),
      }
      staged = new Map()
      standing = []
      superseded = []
      rewritten = new Map()
      rows = 0
      rejections = []
      counts = noCounts()
      return chunk
    },
  }
}
