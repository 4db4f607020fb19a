import type { ExistingContact } from '../../templates/template.ts'
import type { Rejection, RowsChunk } from './chunk.ts'
import { DIGEST_DIGITS } from './contact-line.ts'
import { copyTextBuffer } from './copy-text.ts'
import type { RejectedCsv } from './rejected-csv.ts'

/** Gathers rows until a chunk is full. Each reference is staged once; what it stands for is counted. */
export interface ChunkBuilder {
  /** `line` is COPY text that ends with the digest. */
  accept(reference: string, line: string): void
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

/** A buffer of its own memory, so that it can change threads. */
const encode = (text: string): Buffer => {
  const buffer = Buffer.allocUnsafeSlow(Buffer.byteLength(text))
  buffer.write(text)
  return buffer
}

const noCounts = () => ({ supersededUpdated: 0, supersededUnchanged: 0, rejected: 0 })

export const chunkBuilder = (csv: RejectedCsv, rules: ChunkRules): ChunkBuilder => {
  const text = copyTextBuffer()
  let staged = new Map<string, number>()
  let rows = 0
  let rejections: Rejection[] = []
  let counts = noCounts()

  return {
    accept(reference, line) {
      rows++
      const before = staged.get(reference)
      if (before === undefined) staged.set(reference, text.add(line))
      else if (rules.existingContact === 'SKIP') counts.supersededUnchanged++
      else if (text.replace(before, line, DIGEST_DIGITS + 1)) counts.supersededUnchanged++
      else counts.supersededUpdated++
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
        copy: rules.countOnly ? encode('') : copy,
        staged: staged.size,
        ...counts,
        rowsReadSoFar,
        bytesReadSoFar,
        rejections,
        rejectedCsv: encode(csv.take()),
      }
      staged = new Map()
      rows = 0
      rejections = []
      counts = noCounts()
      return chunk
    },
  }
}
