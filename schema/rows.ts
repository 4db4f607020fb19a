import { getSchemaConfig, queryFromInfo } from '@pothos/plugin-drizzle'
import type { SQL } from 'drizzle-orm'
import type { GraphQLResolveInfo } from 'graphql'
import type { tables } from '../db/db.ts'
import { builder, type SchemaTypes } from './builder.ts'
import type { Context } from './context.ts'

export type TableName = keyof SchemaTypes['DrizzleRelations'] & keyof typeof tables
export type TableOf<T extends TableName> = (typeof tables)[T]
export type RowOf<T extends TableName> = TableOf<T>['$inferSelect']

export interface Query<T extends TableName> {
  table: T
  /** Built against the query's alias of the table. */
  where: (table: TableOf<T>) => SQL | undefined
  orderBy?: Record<string, 'asc' | 'desc'>
  limit?: number
  /** Fetched whatever the selection asks for. */
  columns?: Record<string, boolean>
  /** Where the rows stand below the field; the field's own value when left out. */
  paths?: string[][]
  /** Of the type that is selected, where the field's own type is an interface. */
  typeName?: string
}

interface Source<Row> {
  findMany(query: object): Promise<Row[]>
}

/** The rows that a field answers, by one statement with all that the selection below it needs and nothing more. */
export async function selectRows<T extends TableName>(
  context: Context,
  info: GraphQLResolveInfo,
  { table, where, orderBy, limit, columns = {}, paths, typeName }: Query<T>,
): Promise<RowOf<T>[]> {
  const selection = queryFromInfo({
    config: getSchemaConfig(builder),
    context,
    info,
    columns,
    ...(paths ? { paths } : {}),
    ...(typeName ? { typeName } : {}),
  })
  const source = context.tx.query[table] as unknown as Source<RowOf<T>>
  return await source.findMany({
    ...selection,
    where: { RAW: where },
    ...(orderBy ? { orderBy } : {}),
    ...(limit === undefined ? {} : { limit }),
  })
}

export async function selectRow<T extends TableName>(
  context: Context,
  info: GraphQLResolveInfo,
  query: Query<T>,
): Promise<RowOf<T> | null> {
  const [row] = await selectRows(context, info, { ...query, limit: 1 })
  return row ?? null
}
