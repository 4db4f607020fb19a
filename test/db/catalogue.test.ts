import postgres from 'postgres'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { functions, publicKnowledge, registries, tenantless } from './across-tenants.ts'

let db: TestDatabase
let catalogue: postgres.Sql
beforeAll(async () => {
  db = await createTestDatabase()
  catalogue = postgres(db.ownerUrl, { max: 1, onnotice: () => {} })
})
afterAll(async () => {
  await catalogue.end()
  await db[Symbol.asyncDispose]()
})

/** The columns of one select, as lines of text: a failure then names the culprits. */
const lines = async (query: postgres.PendingQuery<postgres.Row[]>) =>
  (await query).map(row => Object.values(row).join(' ')).sort()

test('every table of ours has row security, enabled and forced, and belongs to the owner', async () => {
  const tables = await catalogue`
    select relname, relrowsecurity, relforcerowsecurity, pg_get_userbyid(relowner) as owner
      from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'p')`
  expect(tables.length).toBeGreaterThan(15)
  for (const table of tables)
    expect(table).toEqual({
      relname: table['relname'],
      relrowsecurity: true,
      relforcerowsecurity: true,
      owner: 'nightdrop_owner',
    })
})

test('there are no views, foreign tables or other relations through which rows could be read', async () => {
  expect(
    await lines(catalogue`
      select relname, relkind from pg_class
       where relnamespace = 'public'::regnamespace and relkind not in ('r', 'p', 'i', 'I', 'S', 'c')`),
  ).toEqual([])
})

test('a table has a tenant, or is named with the reason why not', async () => {
  const without = await lines(catalogue`
    select relname from pg_class c
     where relnamespace = 'public'::regnamespace and relkind in ('r', 'p')
       and not exists (select from pg_attribute where attrelid = c.oid and attname = 'tenant_id' and attnotnull)`)
  expect(without).toEqual([...Object.keys(tenantless), 'tenants'].sort())
})

test('the tenant leads in every primary key and unique index but the registries', async () => {
  const others = await lines(catalogue`
    select i.indexrelid::regclass
      from pg_index i join pg_class c on c.oid = i.indrelid
     where c.relnamespace = 'public'::regnamespace and (i.indisunique or i.indisprimary or i.indisexclusion)
       and c.relname <> all (${Object.keys(tenantless)})
       and not exists (select from pg_attribute where attrelid = c.oid and attnum = i.indkey[0] and attname = 'tenant_id')`)
  expect(others).toEqual(Object.keys(registries).sort())
})

test('every table has a primary key', async () => {
  expect(
    await lines(catalogue`
      select relname from pg_class c where relnamespace = 'public'::regnamespace and relkind in ('r', 'p')
         and not exists (select from pg_index where indrelid = c.oid and indisprimary)`),
  ).toEqual([])
})

test('the tenant leads in every foreign key, on both sides, and in every further index of a tenant', async () => {
  const column = (table: string, number: string) =>
    catalogue.unsafe(`(select attname from pg_attribute where attrelid = ${table} and attnum = ${number})`)
  const keys = await catalogue`
    select conname, conrelid::regclass::text as source, ${column('conrelid', 'conkey[1]')} as leads,
           confrelid::regclass::text as target, ${column('confrelid', 'confkey[1]')} as led
      from pg_constraint where contype = 'f' and connamespace = 'public'::regnamespace`
  expect(keys.length).toBeGreaterThan(15)
  for (const key of keys) {
    expect.soft(key['leads'], key['conname']).toBe('tenant_id')
    expect.soft(key['led'], key['conname']).toBe(key['target'] === 'tenants' ? 'id' : 'tenant_id')
  }
  const indexes = await lines(catalogue`
    select i.indexrelid::regclass
      from pg_index i join pg_class c on c.oid = i.indrelid
      join pg_attribute t on t.attrelid = c.oid and t.attname = 'tenant_id'
     where c.relnamespace = 'public'::regnamespace and not i.indisunique and i.indkey[0] <> t.attnum`)
  expect(indexes).toEqual([])
})

test('policies: the tenant its own, staff all, the definer reads; each with USING and, where it writes, WITH CHECK', async () => {
  const own = "nullif(current_setting('nightdrop.tenant'::text, true), ''::text))::uuid"
  const policies = await catalogue`
    select tablename, policyname, permissive, roles::text, cmd, lower(qual) as qual, lower(with_check) as checked
      from pg_policies where schemaname = 'public'`
  for (const policy of policies) {
    const where = `${policy['tablename']}.${policy['policyname']}`
    const column = policy['tablename'] === 'tenants' ? 'id' : 'tenant_id'
    const expected: Record<string, unknown> = {
      tenant_own: { roles: '{nightdrop_tenant}', cmd: 'ALL', qual: `(${column} = (${own})`, both: true },
      staff_all: { roles: '{nightdrop_staff}', cmd: 'ALL', qual: 'true', both: true },
      tenant_reads: { roles: '{nightdrop_tenant}', cmd: 'SELECT', qual: 'true', both: false },
      definer_reads: { roles: '{nightdrop_definer}', cmd: 'SELECT', qual: 'true', both: false },
    }
    const { roles, cmd, qual, checked } = policy
    expect
      .soft({ roles, cmd, qual, both: checked === qual }, where)
      .toEqual(expected[String(policy['policyname'])])
  }
  const tables = await catalogue`
    select relname from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'p')`
  for (const { relname } of tables) {
    const names = policies.filter(p => p['tablename'] === relname).map(p => p['policyname'])
    expect.soft(names, relname).toContain('staff_all')
    expect.soft(names.includes('tenant_own'), relname).toBe(!(relname in tenantless))
    expect.soft(names.includes('tenant_reads'), relname).toBe(relname in publicKnowledge)
  }
})

test('no role of ours is superuser, bypasses row security, or makes roles and databases; two may log in', async () => {
  const roles = await catalogue`
    select rolname, rolcanlogin, rolsuper or rolbypassrls or rolcreaterole or rolcreatedb or rolreplication as mighty
      from pg_roles where rolname like 'nightdrop%' and rolname <> 'nightdrop_superuser' order by 1`
  expect(roles.map(role => [role['rolname'], role['rolcanlogin'], role['mighty']])).toEqual([
    ['nightdrop_app', true, false],
    ['nightdrop_definer', false, false],
    ['nightdrop_owner', true, false],
    ['nightdrop_staff', false, false],
    ['nightdrop_tenant', false, false],
  ])
})

test('roles are taken on by SET ROLE alone, never inherited', async () => {
  expect(
    await lines(catalogue`
      select roleid::regrole, 'to', member::regrole, inherit_option, set_option, admin_option
        from pg_auth_members where roleid::regrole::text like 'nightdrop%' or member::regrole::text like 'nightdrop%'`),
  ).toEqual([
    'nightdrop_definer to nightdrop_owner false true false',
    'nightdrop_staff to nightdrop_app false true false',
    'nightdrop_tenant to nightdrop_app false true false',
  ])
})

test('tables: four privileges for tenant and staff, SELECT for the definer, none for the login role or PUBLIC', async () => {
  const grants = await lines(catalogue`
    select distinct case a.grantee when 0 then 'PUBLIC' else pg_get_userbyid(a.grantee) end, a.privilege_type
      from pg_class c, aclexplode(c.relacl) a
     where c.relnamespace = 'public'::regnamespace and c.relkind <> 'S' and a.grantee <> c.relowner`)
  expect(grants).toEqual([
    'nightdrop_definer SELECT',
    ...['nightdrop_staff', 'nightdrop_tenant'].flatMap(role =>
      ['DELETE', 'INSERT', 'SELECT', 'UPDATE'].map(privilege => `${role} ${privilege}`),
    ),
  ])
  const tenants = await lines(catalogue`
    select table_name, privilege_type from information_schema.role_table_grants
     where grantee = 'nightdrop_tenant' and table_name = any (${Object.keys(tenantless)})`)
  expect(tenants).toEqual(Object.keys(publicKnowledge).map(table => `${table} SELECT`))
  const definers = await lines(catalogue`
    select table_name from information_schema.role_table_grants where grantee = 'nightdrop_definer'`)
  expect(definers).toEqual(['api_tokens', 'claim_links', 'sftp_usernames', 'staff_tokens', 'token_registry'])
})

const appendOnly = [
  'audit_events',
  'destructions',
  'erasures',
  'retention_rules',
  'setup_messages',
  'used_confirmations',
]

test.each(appendOnly)('%s: what was done is append-only for everyone but its owner', async table => {
  const granted = await lines(catalogue`
    select distinct privilege_type from information_schema.role_table_grants
     where table_name = ${table} and grantee <> 'nightdrop_owner'`)
  expect(granted).toEqual(['INSERT', 'SELECT'])
})

test('numbers of destructions are taken by tenants, and moved on by staff alone', async () => {
  const grants = await lines(catalogue`
    select pg_get_userbyid(a.grantee), a.privilege_type from pg_class c, aclexplode(c.relacl) a
     where c.relkind = 'S' and c.relname = 'destruction_numbers' and a.grantee <> c.relowner order by 1, 2`)
  expect(grants).toEqual([
    'nightdrop_staff SELECT',
    'nightdrop_staff UPDATE',
    'nightdrop_staff USAGE',
    'nightdrop_tenant USAGE',
  ])
})

test('PUBLIC has nothing: no schema of ours, no table, no column, no function it could reach', async () => {
  expect(
    await lines(catalogue`
      select nspname, privilege_type from pg_namespace n, aclexplode(coalesce(nspacl, acldefault('n', nspowner)))
       where grantee = 0 and nspname !~ '^pg_' and nspname <> 'information_schema'`),
  ).toEqual([])
  expect(
    await lines(catalogue`
      select attrelid::regclass, attname from pg_attribute, aclexplode(attacl)
       where grantee = 0 and attrelid > 16384`),
  ).toEqual([])
})

test('schemas of ours: usage for the application in public, nothing in the others', async () => {
  expect(
    await lines(catalogue`
      select nspname, pg_get_userbyid(grantee), privilege_type
        from pg_namespace n, aclexplode(nspacl)
       where nspname !~ '^pg_' and nspname <> 'information_schema' and grantee <> nspowner and grantee <> 0`),
  ).toEqual(['app', 'definer', 'staff', 'tenant'].map(role => `public nightdrop_${role} USAGE`))
})

test('functions: pinned search_path, the right owner, callers by name, and no others exist', async () => {
  const found = await catalogue`
    select proname, prosecdef as definer, pg_get_userbyid(proowner) as owner, proconfig::text as config,
           array(select case grantee when 0 then 'PUBLIC' else pg_get_userbyid(grantee) end
                   from aclexplode(coalesce(proacl, acldefault('f', proowner))) where grantee <> proowner order by 1) as callers
      from pg_proc where pronamespace = 'public'::regnamespace order by 1`
  expect(
    Object.fromEntries(
      found.map(({ proname, definer, owner, callers }) => [proname, { owner, callers, definer }]),
    ),
  ).toEqual(functions)
  for (const { proname, definer, config } of found)
    if (definer) expect.soft(config, proname).toBe('{"search_path=pg_catalog, pg_temp"}')
})

test('the application may not make anything lasting: no CREATE on the schema, no TRUNCATE, no trigger', async () => {
  await db.database.asTenant(await db.createTenant(), async tx => {
    await tx.execute('create temporary table staging (line text) on commit drop')
  })
  for (const statement of [
    'create table public.loot (x int)',
    'truncate public.contacts',
    'create function public.f() returns int language sql as $$ select 1 $$',
    'alter table public.contacts disable row level security',
    'drop policy tenant_own on public.contacts',
  ])
    await expect(
      db.database.asStaff(tx => tx.execute(statement)),
      statement,
    ).rejects.toMatchObject({ cause: { code: '42501' } })
})

test('what has a closed list of values is text with a CHECK; there are no enums and no domains', async () => {
  expect(
    await lines(catalogue`
      select typname from pg_type where typnamespace = 'public'::regnamespace and typtype in ('e', 'd')`),
  ).toEqual([])
  const unchecked = await lines(catalogue`
    select c.relname, a.attname, t.typname from pg_class c join pg_attribute a on a.attrelid = c.oid join pg_type t on t.oid = a.atttypid
     where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' and a.attname in ('status', 'state', 'kind', 'role')
       and not exists (select from pg_constraint where conrelid = c.oid and contype = 'c' and a.attnum = any (conkey) and t.typname = 'text')`)
  expect(unchecked).toEqual([])
})
