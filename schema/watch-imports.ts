import { gte, inArray, type SQL, sql } from 'drizzle-orm'
import { IMPORTS_CHANNEL } from '../core/imports/notify.ts'
import type { Tx, tables } from '../db/db.ts'
import type { Context } from './context.ts'
import { stateOf, stateQuery } from './import-state.ts'
import { rememberLastTold } from './last-told.ts'
import { watch } from './watch.ts'

type Imports = typeof tables.imports

/** Imports whose last state is remembered, so that it is told once; a night of tiny files has some ten thousand. */
const REMEMBERED = 50_000
/** Told at once; one that waits behind these is told when it moves. */
const MOST_AT_ONCE = 1_000
/** Workers' clocks and ours differ by less. */
const CLOCKS_APART_MS = 60_000

/**
 * Yields the id of each of a tenant's imports as it starts, moves and ends: first those that are under way. What ended
 * while nothing could be heard is found by when it ended.
 */
export function watchImports(context: Context, tenantId: string): AsyncIterableIterator<string> {
  const { clock } = context.services
  const told = rememberLastTold(REMEMBERED)
  let since = clock()

  async function changed(tx: Tx, wanted: (row: Imports) => SQL): Promise<string[]> {
    const rows = await tx.query.imports.findMany({
      ...stateQuery,
      where: { tenantId, RAW: row => wanted(row) },
      orderBy: { ordinal: 'asc' },
      limit: MOST_AT_ONCE,
    })
    return rows.flatMap(row => (told.isNews(row.id, stateOf(row).mark) ? [row.id] : []))
  }

  return watch(context, {
    channel: IMPORTS_CHANNEL,
    payload: tenantId,
    async look(tx, called, all) {
      const heard = called.map(payload => payload.slice(payload.indexOf(':') + 1))
      const ids = heard.length > 0 ? await changed(tx, row => inArray(row.id, heard)) : []
      if (all) {
        const from = new Date(+since - CLOCKS_APART_MS)
        since = clock()
        ids.push(...(await changed(tx, underWay)), ...(await changed(tx, row => endedSince(row, from))))
      }
      return { ids, last: false }
    },
  })
}

/** Each as the predicate of an index has it. */
const underWay = ({ status, setAsideAt }: Imports) =>
  sql`${inArray(status, ['QUEUED', 'RUNNING', 'FAILED'])} and ${setAsideAt} is null`
const endedSince = ({ finishedAt, purgedAt }: Imports, from: Date) =>
  sql`${gte(finishedAt, from)} and ${purgedAt} is null`
