import { sql } from 'drizzle-orm'
import postgres from 'postgres'
import { afterAll, expect, test } from 'vitest'
import { openDatabase, type TenantTx } from '../../db/db.ts'
import { createTestDatabase } from '../support/database.ts'
import { publicKnowledge, tenantless } from './across-tenants.ts'
import { makeRow, type Row, rowFor, tablesOf } from './rows.ts'

/** At the top, since each table of the catalogue becomes a test. */
const db = await createTestDatabase()
const superuser = postgres(db.superuserUrl, { max: 1 })
/** One connection, so that what a transaction leaves behind on it is met. */
const single = openDatabase(db.databaseUrl, { applicationName: 'single', max: 1 })
const [own, foreign] = [await db.createTenant('own'), await db.createTenant('foreign')]
const tables = await tablesOf(superuser)
afterAll(async () => {
  await single.close()
  await superuser.end()
  await db[Symbol.asyncDispose]()
})

const denied = '42501'
const nameOf = (table: string) => sql.identifier(table)
const tenantColumn = (table: string) => sql.identifier(table === 'tenants' ? 'id' : 'tenant_id')
const asOwn = <T>(work: (tx: TenantTx) => Promise<T>) => single.asTenant(own, work)

async function countAs(work: Promise<postgres.RowList<postgres.Row[]>>): Promise<number> {
  const [row] = await work
  return Number(row?.['count'])
}

/** Rows touched, or the code of the refusal. */
async function touched(work: Promise<object>): Promise<unknown> {
  try {
    const result = await work
    return 'count' in result ? result.count : 'no count'
  } catch (error) {
    return ((error as Error).cause as { code?: string } | undefined)?.code ?? error
  }
}

function insertAs(tx: TenantTx, table: string, row: Row) {
  const columns = Object.keys(row).map(name => sql.identifier(name))
  const given = Object.values(row).map(value => sql`${sql.param(value)}`)
  return tx.execute(
    sql`insert into ${nameOf(table)} (${sql.join(columns, sql`, `)}) values (${sql.join(given, sql`, `)})`,
  )
}

const ofTenants = tables.filter(table => !(table in tenantless))

test('the tables of tenants are looked up, not listed', () => {
  expect(ofTenants.length).toBeGreaterThan(15)
  expect(Object.keys(tenantless).filter(table => !tables.includes(table))).toEqual([])
})

test.each(ofTenants)('%s: the wrong tenant sees nothing, touches nothing, adds nothing', async table => {
  if (table !== 'tenants') for (const tenantId of [own, foreign]) await makeRow(superuser, table, tenantId)
  const t = nameOf(table)
  const column = tenantColumn(table)
  const tenantsSeen = await asOwn(tx => tx.execute(sql`select distinct ${column} as tenant from ${t}`))
  expect([...tenantsSeen]).toEqual([{ tenant: own }])

  const before = await superuser`select * from ${superuser(table)} order by 1, 2`
  const set = table === 'tenants' ? sql`name = 'taken'` : sql`${column} = ${column}`
  const attempts = {
    update: await touched(asOwn(tx => tx.execute(sql`update ${t} set ${set} where ${column} = ${foreign}`))),
    delete: await touched(asOwn(tx => tx.execute(sql`delete from ${t} where ${column} = ${foreign}`))),
    lock: await touched(
      asOwn(tx => tx.execute(sql`select from ${t} where ${column} = ${foreign} for update`)),
    ),
  }
  for (const [attempt, result] of Object.entries(attempts)) expect([0, denied], attempt).toContain(result)

  const row = await rowFor(superuser, table, foreign)
  expect(await touched(asOwn(tx => insertAs(tx, table, row))), 'insert').toBe(denied)
  const give = sql`update ${t} set ${column} = ${foreign} where ${column} = ${own}`
  expect(await touched(asOwn(tx => tx.execute(give))), 'give away').toBe(denied)
  // Referring rows that are made for the insert do not count for the table itself.
  const after = await superuser`select * from ${superuser(table)} order by 1, 2`
  expect([...after].filter(r => before.some(b => JSON.stringify(b) === JSON.stringify(r)))).toEqual([
    ...before,
  ])
})

test.each(ofTenants)(
  '%s: with no tenant named there are no rows, on a connection that served a tenant too',
  async table => {
    if (table !== 'tenants') await makeRow(superuser, table, own)
    await asOwn(tx => tx.execute(sql`select 1`))
    await single.plain.begin(async client => {
      const [left] =
        await client`select current_setting('nightdrop.tenant', true) as tenant, current_user as role`
      expect(left).toEqual({ tenant: '', role: 'nightdrop_app' })
      await client`select set_config('role', 'nightdrop_tenant', true)`
      expect(await countAs(client`select count(*) from ${client(table)}`)).toBe(0)
    })
    const row = await rowFor(superuser, table, own)
    const insert = single.plain.begin(async client => {
      await client`select set_config('role', 'nightdrop_tenant', true)`
      await client`insert into ${client(table)} ${client(row as Record<string, string>)}`
    })
    await expect(insert).rejects.toMatchObject({ code: denied })
  },
)

test.each(Object.keys(tenantless))(
  '%s: no tenant may add, change or delete, nor read what is not public',
  async table => {
    const t = nameOf(table)
    for (const statement of [sql`insert into ${t} default values`, sql`delete from ${t}`])
      expect(await touched(asOwn(tx => tx.execute(statement)))).toBe(denied)
    const read = await touched(asOwn(tx => tx.execute(sql`select from ${t}`)))
    expect(read === denied).toBe(!(table in publicKnowledge))
  },
)

test.each(tables)('%s: the login role that took on no role is refused', async table => {
  const attempts = [
    single.plain`select from ${single.plain(table)}`,
    single.plain`delete from ${single.plain(table)}`,
    single.plain`insert into ${single.plain(table)} default values`,
  ]
  for (const attempt of attempts) await expect(attempt).rejects.toMatchObject({ code: denied })
})

test.each(tables)('%s: the owner, who made it, is bound by row security as well', async table => {
  if (table !== 'tenants') await makeRow(superuser, table, own)
  const owner = postgres(db.ownerUrl, { max: 1 })
  try {
    expect(await countAs(owner`select count(*) from ${owner(table)}`)).toBe(0)
  } finally {
    await owner.end()
  }
})

test('staff see all tenants', async () => {
  const seen = await single.asStaff(tx =>
    tx.execute<{ count: number }>(sql`select count(*)::int from tenants`),
  )
  expect(seen[0]?.count).toBe(2)
})

test('a tenant that is no id is refused, and an empty one never gets as far as the database', async () => {
  await expect(single.asTenant('', async () => 1)).rejects.toThrow('names one')
  await expect(
    single.asTenant("x' or true", tx => tx.execute(sql`select from contacts`)),
  ).rejects.toMatchObject({ cause: { code: '22P02' } })
})
