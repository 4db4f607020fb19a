import type { ColumnTemplate } from '../../templates/template.ts'
import { FileRefused, fileProblem } from '../problem.ts'
import type { Reading, ReadOptions, Summary } from './chunk.ts'
import { readHere } from './read-here.ts'
import { readInThread } from './read-in-thread.ts'

export interface ReadContactFileOptions extends ReadOptions {
  template: ColumnTemplate
  /** Of the file, as stored. */
  size: number
  /** 2 GiB by default; above it the file is refused. */
  maxBytes?: number
  /** Ends the reading with the signal's reason. */
  signal?: AbortSignal
  /** Files up to this size are read without a thread, which takes longer to start than they take to read. */
  threadFrom?: number
}

export const MAX_FILE_BYTES = 2 * 1024 * 1024 * 1024
const THREAD_FROM = 1024 * 1024

/**
 * Reads a contact file by its template: chunks ready to be merged, in order, then one summary. What is the file's
 * fault is thrown as FileRefused; everything else that is thrown is an exception. Memory stays bounded whatever the
 * file's size, and a consumer that takes its time holds the source back. Leaving the loop early ends the reading.
 */
export async function* readContactFile(
  source: AsyncIterable<Uint8Array>,
  options: ReadContactFileOptions,
): AsyncGenerator<Reading, void, undefined> {
  const maxBytes = options.maxBytes ?? MAX_FILE_BYTES
  if (options.size > maxBytes) throw tooLarge(options.size, maxBytes)
  options.signal?.throwIfAborted()
  const { template, chunkBytes, rejectionLimit, everyRow, hashKey, signal } = options
  const settings: ReadOptions = {
    ...(chunkBytes === undefined ? {} : { chunkBytes }),
    ...(rejectionLimit === undefined ? {} : { rejectionLimit }),
    ...(everyRow === undefined ? {} : { everyRow }),
    ...(hashKey === undefined ? {} : { hashKey }),
  }
  const limited = limit(source, maxBytes, signal)
  if (options.size < (options.threadFrom ?? THREAD_FROM)) yield* readHere(limited, template, settings)
  else yield* readInThread(limited, template, settings, signal)
}

async function* limit(source: AsyncIterable<Uint8Array>, maxBytes: number, signal: AbortSignal | undefined) {
  let bytes = 0
  for await (const piece of source) {
    signal?.throwIfAborted()
    bytes += piece.byteLength
    if (bytes > maxBytes) throw tooLarge(bytes, maxBytes)
    yield piece
  }
}

const GIB = 1024 ** 3
const MIB = 1024 ** 2

const sizeWords = (bytes: number): string => {
  if (bytes % GIB === 0) return `${bytes / GIB} GiB`
  return bytes % MIB === 0 ? `${bytes / MIB} MiB` : `${bytes} bytes`
}

const tooLarge = (bytes: number, maxBytes: number) =>
  new FileRefused(
    fileProblem(
      'TOO_LARGE',
      `The file has more than ${sizeWords(maxBytes)}, which is the most that is read. Split it, and send the parts.`,
      { details: { bytes, maxBytes } },
    ),
    0,
  )

/** Null, or why the file is refused although each row was read: more rejected rows than were agreed. */
export const tooManyRejected = (
  counts: Pick<Summary, 'rowsRead' | 'rejected'>,
  template: Pick<ColumnTemplate, 'maxRejectedShare'>,
) => {
  const { rowsRead, rejected } = counts
  if (rowsRead === 0 || rejected / rowsRead <= template.maxRejectedShare) return null
  const percent = (share: number) => `${Math.round(share * 1000) / 10} %`
  return fileProblem(
    'TOO_MANY_REJECTED',
    `${rejected} of ${rowsRead} rows were rejected (${percent(rejected / rowsRead)}); more than ${percent(template.maxRejectedShare)} refuse the whole file. Nothing of it was kept. The reasons are in the CSV of rejected rows.`,
    { details: { rowsRead, rejected, maxRejectedShare: template.maxRejectedShare } },
  )
}
