import { and, type SQL, sql } from 'drizzle-orm'
import type { PgColumn } from 'drizzle-orm/pg-core'
import type { GraphQLResolveInfo } from 'graphql'
import { badInput } from '../core/refusal.ts'
import { relations } from '../db/db.ts'
import type { Context } from './context.ts'
import { decodeCursor, encodeCursor, type KeyKind, type KeyValue } from './cursor.ts'
import { DEFAULT_PAGE, MOST_A_PAGE } from './page-size.ts'
import { type RowOf, selectRows, type TableName, type TableOf } from './rows.ts'

/**
 * The order of a list: columns of which the last makes it total, all in one direction, led in an index by the tenant.
 * Its name stands in every cursor, so that one of another order is noticed.
 */
export interface Order {
  name: string
  keys: readonly { column: string; kind: KeyKind }[]
  direction: 'asc' | 'desc'
}

/** Ids are made in the order of time. */
export const newestFirst: Order = { name: 'id', keys: [{ column: 'id', kind: 'uuid' }], direction: 'desc' }

export interface PageArguments {
  first?: number | null | undefined
  last?: number | null | undefined
  after?: string | null | undefined
  before?: string | null | undefined
}

export interface List<T extends TableName> {
  table: T
  /** Built twice: for the page against the query's alias of the table, for the count against the table itself. */
  where: (table: TableOf<T>) => SQL | undefined
  order: Order
}

export interface Page<Row> {
  edges: { cursor: string; node: Row }[]
  pageInfo: {
    hasNextPage: boolean
    hasPreviousPage: boolean
    startCursor: string | null
    endCursor: string | null
  }
  totalCount: () => Promise<number>
}

type Columns = Record<string, PgColumn>

/**
 * A page of a list, by one statement with what the selection needs and nothing more. The place is a row comparison,
 * `(a, b) < (x, y)`, by which PostgreSQL seeks in the index: the deepest page costs what the first one does. (The
 * drizzle plugin's own connections write `a < x or (a = x and b < y)`, which it cannot seek by.)
 */
export async function page<T extends TableName>(
  context: Context,
  info: GraphQLResolveInfo,
  args: PageArguments,
  { table, where, order }: List<T>,
): Promise<Page<RowOf<T>>> {
  const { size, backward } = sizeOf(args)
  const kinds = order.keys.map(key => key.kind)
  const place = (argument: 'after' | 'before') => {
    const cursor = args[argument]
    return cursor == null ? undefined : decodeCursor(cursor, order.name, kinds, argument)
  }
  const [after, before] = [place('after'), place('before')]
  const direction = backward ? opposite[order.direction] : order.direction
  const found = await selectRows(context, info, {
    table,
    where: aliased =>
      and(
        where(aliased),
        after && beyond(aliased as unknown as Columns, order, after, order.direction),
        before && beyond(aliased as unknown as Columns, order, before, opposite[order.direction]),
      ),
    orderBy: Object.fromEntries(order.keys.map(key => [key.column, direction])),
    limit: size + 1,
    columns: Object.fromEntries(order.keys.map(key => [key.column, true])),
    paths: [['nodes'], ['edges', 'node']],
  })
  const more = found.length > size
  const rows = found.slice(0, size)
  if (backward) rows.reverse()
  const edges = rows.map(node => ({ cursor: cursorOf(node, order), node }))
  return {
    edges,
    pageInfo: {
      hasNextPage: backward ? before !== undefined : more,
      hasPreviousPage: backward ? more : after !== undefined,
      startCursor: edges[0]?.cursor ?? null,
      endCursor: edges.at(-1)?.cursor ?? null,
    },
    totalCount: () => {
      const counted = relations[table].table as TableOf<T>
      return context.tx.$count(counted, where(counted))
    },
  }
}

const opposite = { asc: 'desc', desc: 'asc' } as const

function sizeOf({ first, last }: PageArguments): { size: number; backward: boolean } {
  if (first != null && last != null)
    throw badInput([{ path: ['last'], message: 'Ask for the first or for the last, not for both.' }])
  const argument = last == null ? 'first' : 'last'
  const size = last ?? first ?? DEFAULT_PAGE
  if (size < 0 || size > MOST_A_PAGE)
    throw badInput([{ path: [argument], message: `A page has 0 to ${MOST_A_PAGE} entries, not ${size}.` }])
  return { size, backward: last != null }
}

/** All that comes after a place when going in a direction. */
function beyond(columns: Columns, { keys }: Order, values: KeyValue[], direction: 'asc' | 'desc'): SQL {
  const names = keys.map(key => columns[key.column] as PgColumn)
  const bound = names.map((column, index) => sql`${sql.param(values[index], column)}`)
  const operator = sql.raw(direction === 'asc' ? '>' : '<')
  return sql`(${sql.join(names, sql`, `)}) ${operator} (${sql.join(bound, sql`, `)})`
}

const cursorOf = (row: object, { name, keys }: Order) =>
  encodeCursor(
    name,
    keys.map(key => (row as Record<string, KeyValue>)[key.column] as KeyValue),
  )

/** Of a list without cursors: how many were asked for. */
export const atMost = (first: number | null | undefined): number => sizeOf({ first }).size
