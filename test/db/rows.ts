import { randomBytes, randomInt, randomUUID } from 'node:crypto'
import type postgres from 'postgres'

/** Makes one row of any table from what the catalogue says of it, with the rows its foreign keys ask for. */
export interface Row {
  [column: string]: unknown
}

interface Column {
  name: string
  type: string
  needed: boolean
  choice: string | null
}

interface ForeignKey {
  target: string
  columns: string[]
  targets: string[]
}

/** What a CHECK asks for that the catalogue cannot tell in a word. */
const particular: Record<string, () => Row> = {
  tenants: () => ({ slug: `t-${randomBytes(6).toString('hex')}` }),
  reports: () => ({ body: Buffer.from('{}') }),
  // One run of a tenant is under way at most.
  retention_runs: () => ({ finished_at: '2026-01-02T03:04:05Z' }),
}

const values: Record<string, () => unknown> = {
  uuid: randomUUID,
  text: () => randomBytes(6).toString('hex'),
  bytea: () => randomBytes(8),
  integer: () => randomInt(1_000_000_000),
  smallint: () => 1,
  bigint: () => randomInt(1_000_000_000),
  boolean: () => true,
  'double precision': () => 0.5,
  jsonb: () => '{}',
  'text[]': () => '{}',
  'uuid[]': () => '{}',
  'timestamp(3) with time zone': () => '2026-01-02T03:04:05Z',
}

export async function tablesOf(client: postgres.Sql): Promise<string[]> {
  const rows = await client<{ relname: string }[]>`
    select relname from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') order by 1`
  return rows.map(row => row.relname)
}

/** The columns that a new row of the tenant needs; the rows it refers to are made. `client` sees past row security. */
export async function rowFor(client: postgres.Sql, table: string, tenantId: string): Promise<Row> {
  const columns = await client<Column[]>`
    select attname as name, format_type(atttypid, atttypmod) as type,
           attnotnull and not atthasdef and attidentity = '' as needed,
           (select substring(pg_get_constraintdef(oid) from 'ARRAY\\[''([^'']+)''') from pg_constraint
             where contype = 'c' and conrelid = attrelid and attnum = any (conkey) and cardinality(conkey) = 1 limit 1) as choice
      from pg_attribute where attrelid = ${table}::regclass and attnum > 0 and not attisdropped`
  const keys = await client<ForeignKey[]>`
    select confrelid::regclass::text as target,
           array(select attname::text from unnest(conkey) with ordinality u(n, i) join pg_attribute on attrelid = conrelid and attnum = n order by i) as columns,
           array(select attname::text from unnest(confkey) with ordinality u(n, i) join pg_attribute on attrelid = confrelid and attnum = n order by i) as targets
      from pg_constraint where contype = 'f' and conrelid = ${table}::regclass`
  const row: Row = { ...particular[table]?.() }
  for (const column of columns) {
    if (column.name === 'tenant_id') row['tenant_id'] = tenantId
    if (!column.needed || column.name in row) continue
    const make = values[column.type]
    if (!make) throw new Error(`${table}.${column.name}: test/db/rows.ts makes no ${column.type} yet`)
    row[column.name] = column.choice ?? make()
  }
  for (const key of keys.filter(k => k.target !== 'tenants' && k.columns.every(name => name in row))) {
    const parent = await makeRow(client, key.target, tenantId)
    for (const [i, name] of key.columns.entries()) row[name] = parent[key.targets[i] ?? '']
  }
  return row
}

export async function makeRow(client: postgres.Sql, table: string, tenantId: string): Promise<Row> {
  const row = await rowFor(client, table, tenantId)
  try {
    const [made] =
      await client`insert into ${client(table)} ${client(row as Record<string, string>)} returning *`
    return made ?? {}
  } catch (cause) {
    throw new Error(`test/db/rows.ts makes no row of ${table}`, { cause })
  }
}
