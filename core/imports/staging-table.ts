import type { Tx } from '../../db/db.ts'
import { stagingColumns } from './reading/staging.ts'

/** Where chunks of rows wait to be merged; this transaction's own, and gone with it. */
export const STAGED = 'pg_temp.staged'

/** `further` columns stand after those that the reader writes. */
export async function createStagingTable(tx: Tx, further: readonly string[] = []): Promise<void> {
  const columns = stagingColumns.map(
    ({ name, type, nullable }) => `${name} ${type}${nullable ? '' : ' not null'}`,
  )
  await tx.$client.unsafe(`create temp table staged (${[...columns, ...further].join(', ')}) on commit drop`)
}

/** Cheap in the transaction that made the table: the file is cut on the spot. */
export async function clearStagingTable(tx: Tx): Promise<void> {
  await tx.$client.unsafe(`truncate ${STAGED}`)
}

const PIECE = 1024 * 1024

/**
 * Copies a chunk into the staging table. Resolves when all of it is on its way: the driver never tells of a COPY that
 * the server refuses or a connection lost at its end, but the statement that follows fails then, and there always is one.
 */
export async function copyChunk(tx: Tx, text: Buffer): Promise<void> {
  const stream = await tx.$client.unsafe(`copy ${STAGED} from stdin`).writable()
  const write = (piece: Buffer) =>
    new Promise<void>((resolve, reject) => {
      stream.write(piece, error => (error ? reject(error) : resolve()))
    })
  stream.on('error', () => {
    // Told to the write that it interrupted, or to the next statement.
  })
  for (let at = 0; at < text.length; at += PIECE) await write(text.subarray(at, at + PIECE))
  // Nothing is left to write, so the end goes out within this very call, before the next statement.
  stream.end()
}
