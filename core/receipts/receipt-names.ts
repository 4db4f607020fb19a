import { and, eq, gte, lt } from 'drizzle-orm'
import { type Tx, tables } from '../../db/db.ts'
import type { Verdict } from './receipt.ts'

const { reports } = tables

/** Folder of receipts; nothing can be uploaded there. */
export const REPORTS = '/reports'

/** `2026-01-02T020304Z`: sorts by time, and a colon is no part of a file's name on Windows. */
const stamp = (at: Date) => `${at.toISOString().slice(0, 19).replaceAll(':', '')}Z`

const prefix = (path: string, at: Date) => `${REPORTS}${path}.${stamp(at)}.`

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
  let moment = at
  for (;;) {
    const beginning = prefix(path, moment)
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
