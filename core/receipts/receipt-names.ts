import { and, eq, gte, lt } from 'drizzle-orm'
import { type Tx, tables } from '../../db/db.ts'
import { LONGEST_NAME, LONGEST_PATH, nameOf, REPORTS } from '../files/paths.ts'
import type { Verdict } from './receipt.ts'

const { reports } = tables

/** `2026-01-02T020304Z`: sorts by time, and a colon is no part of a file's name on Windows. */
const stamp = (at: Date) => `${at.toISOString().slice(0, 19).replaceAll(':', '')}Z`

/** Room for what follows a file's name: time, verdict and the longest ending. */
const ENDING_BYTES = Buffer.byteLength('.2026-01-02T020304Z.DISCARDED.rejected.csv')

/** As much of a text's beginning as has room, in whole characters. */
const beginningOf = (text: string, bytes: number): string => {
  let beginning = ''
  let used = 0
  for (const character of text) {
    used += Buffer.byteLength(character)
    if (used > bytes) break
    beginning += character
  }
  return beginning
}

/** In the file's own folder, and named for it as far as a name, and a path, may go: each receipt can be fetched. */
export const stemOf = (path: string): string => {
  const folder = `${REPORTS}${path.slice(0, path.lastIndexOf('/'))}/`
  const room = Math.min(LONGEST_NAME, LONGEST_PATH - Buffer.byteLength(folder)) - ENDING_BYTES
  if (room > 0) return folder + beginningOf(nameOf(path), room)
  return `${REPORTS}/${beginningOf(nameOf(path), LONGEST_NAME - ENDING_BYTES)}`
}

export interface ReceiptNames {
  json: string
  text: string
  rejectedCsv: string
}

/**
 * Where the receipt of a file goes. Two receipts of one path within a second would meet: the later one takes the next
 * second that is free, since names must stay unique and in order.
 */
export async function receiptNames(
  tx: Tx,
  tenantId: string,
  path: string,
  at: Date,
  verdict: Verdict,
): Promise<ReceiptNames> {
  const stem = stemOf(path)
  let moment = at
  for (;;) {
    const beginning = `${stem}.${stamp(moment)}.`
    const [taken] = await tx
      .select({ id: reports.id })
      .from(reports)
      .where(
        and(
          eq(reports.tenantId, tenantId),
          gte(reports.path, beginning),
          lt(reports.path, `${beginning.slice(0, -1)}/`),
        ),
      )
      .limit(1)
    if (!taken) {
      const name = `${beginning}${verdict}`
      return { json: `${name}.json`, text: `${name}.txt`, rejectedCsv: `${name}.rejected.csv` }
    }
    moment = new Date(moment.getTime() + 1_000)
  }
}
