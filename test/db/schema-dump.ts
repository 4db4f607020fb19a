import type postgres from 'postgres'

/** The schema as PostgreSQL tells it, in one form on every machine: what `db/schema.txt` holds and tests compare. */
export async function dumpSchema(client: postgres.Sql): Promise<string> {
  const parts: string[] = []
  const tables = await client`
    select oid, relname, relrowsecurity, relforcerowsecurity, pg_get_userbyid(relowner) as owner,
           array(select acl::text from unnest(relacl) acl order by 1) as grants
      from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') order by relname`
  for (const table of tables) {
    const flags = [
      table['relrowsecurity'] ? 'row security' : '',
      table['relforcerowsecurity'] ? 'forced' : '',
      `owner ${table['owner']}`,
    ]
    parts.push(
      [
        `table ${table['relname']} (${flags.filter(Boolean).join(', ')})`,
        ...(await columnsOf(client, table['oid'])),
        ...(await constraintsOf(client, table['oid'])),
        ...(await indexesOf(client, table['oid'])),
        ...(await policiesOf(client, table['relname'])),
        ...table['grants'].map((grant: string) => `  grant ${grant}`),
      ].join('\n'),
    )
  }
  parts.push(...(await functionsOf(client)))
  const others = await client`
    select relkind, relname from pg_class
     where relnamespace = 'public'::regnamespace and relkind not in ('r', 'p', 'i', 'I') order by relname`
  for (const other of others) parts.push(`relation of kind ${other['relkind']}: ${other['relname']}`)
  const triggers = await client`
    select pg_get_triggerdef(t.oid) as definition from pg_trigger t join pg_class c on c.oid = tgrelid
     where relnamespace = 'public'::regnamespace and not tgisinternal order by 1`
  for (const trigger of triggers) parts.push(`trigger ${trigger['definition']}`)
  const schemas = await client`
    select nspname, array(select acl::text from unnest(nspacl) acl order by 1) as grants from pg_namespace
     where nspname !~ '^pg_' and nspname <> 'information_schema' order by 1`
  for (const schema of schemas)
    parts.push(
      [`schema ${schema['nspname']}`, ...schema['grants'].map((g: string) => `  grant ${g}`)].join('\n'),
    )
  return `${parts.join('\n\n')}\n`
}

async function columnsOf(client: postgres.Sql, table: number): Promise<string[]> {
  const columns = await client`
    select attname, format_type(atttypid, atttypmod) as type, attnotnull, attidentity,
           pg_get_expr(adbin, adrelid) as initial, array(select acl::text from unnest(attacl) acl order by 1) as grants
      from pg_attribute left join pg_attrdef on adrelid = attrelid and adnum = attnum
     where attrelid = ${table} and attnum > 0 and not attisdropped order by attname`
  return columns.map(column =>
    [
      `  ${column['attname']} ${column['type']}`,
      column['attnotnull'] ? 'not null' : '',
      column['attidentity'] ? 'identity' : '',
      column['initial'] === null ? '' : `default ${column['initial']}`,
      ...column['grants'].map((grant: string) => `grant ${grant}`),
    ]
      .filter(Boolean)
      .join(' '),
  )
}

async function constraintsOf(client: postgres.Sql, table: number): Promise<string[]> {
  const constraints = await client`
    select conname, pg_get_constraintdef(oid) as definition from pg_constraint
     where conrelid = ${table} and contype <> 'n' order by conname`
  return constraints.map(constraint => `  constraint ${constraint['conname']} ${constraint['definition']}`)
}

async function indexesOf(client: postgres.Sql, table: number): Promise<string[]> {
  const indexes = await client`
    select pg_get_indexdef(indexrelid) as definition from pg_index
     where indrelid = ${table} and not exists (select from pg_constraint where conindid = indexrelid and conrelid = indrelid)
     order by 1`
  return indexes.map(index => `  ${index['definition']}`)
}

async function policiesOf(client: postgres.Sql, table: string): Promise<string[]> {
  const policies = await client`
    select * from pg_policies where schemaname = 'public' and tablename = ${table} order by policyname`
  return policies.map(policy =>
    [
      `  policy ${policy['policyname']} ${policy['permissive']} for ${policy['cmd']} to ${policy['roles']}`,
      `    using ${policy['qual']}`,
      ...(policy['with_check'] === null ? [] : [`    check ${policy['with_check']}`]),
    ].join('\n'),
  )
}

async function functionsOf(client: postgres.Sql): Promise<string[]> {
  const functions = await client`
    select pg_get_functiondef(oid) as definition, pg_get_userbyid(proowner) as owner,
           array(select acl::text from unnest(proacl) acl order by 1) as grants
      from pg_proc where pronamespace = 'public'::regnamespace order by proname`
  return functions.map(f =>
    [
      `function, owner ${f['owner']}`,
      ...f['grants'].map((grant: string) => `  grant ${grant}`),
      f['definition'].trimEnd(),
    ].join('\n'),
  )
}
