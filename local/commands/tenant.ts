import { desc } from 'drizzle-orm'
import { audit } from '../../core/access/audit.ts'
import { createToken } from '../../core/access/tokens.ts'
import { createTenant } from '../../core/tenants/tenants.ts'
import { tables } from '../../db/db.ts'
import { encodeNodeId } from '../../schema/node-id.ts'
import type { Call, Result, Subject } from './command.ts'
import { operator } from './named.ts'
import { asTable } from './print.ts'

export const tenant: Subject = {
  summary: 'customers',
  verbs: {
    create: {
      usage: 'SLUG [--name NAME] [--time-zone ZONE]',
      summary: 'Makes a tenant and prints the first token of its administrator, once.',
      options: { name: { type: 'string' }, 'time-zone': { type: 'string' } },
      run: create,
    },
    list: { usage: '', summary: 'Every tenant, newest first.', run: list },
  },
}

async function create(call: Call): Promise<Result> {
  const { database, vault } = await call.reach()
  const [slug = ''] = call.words
  const wish = { slug, name: call.option('name') ?? slug, timeZone: call.option('time-zone') ?? 'UTC' }
  const { made, first } = await database.asStaff(async tx => {
    const made = await createTenant(tx, vault, wish)
    const first = await createToken(tx, made.id, { name: 'administrator', role: 'ADMIN' }, call.clock())
    const details = { slug, firstToken: first.apiToken.id }
    await audit(tx, made.id, { actor: operator(), action: 'createTenant', subject: made.id, details })
    return { made, first }
  })
  const id = encodeNodeId('Tenant', made.id)
  call.note(`Made ${made.name} (${id}). Its administrator's token is shown this once:`)
  return {
    value: { id, slug, name: made.name, timeZone: made.timeZone, adminToken: first.token },
    text: first.token,
  }
}

async function list(call: Call): Promise<Result> {
  const { database } = await call.reach()
  const { tenants } = tables
  const rows = await database.asStaff(tx => tx.select().from(tenants).orderBy(desc(tenants.id)))
  const value = rows.map(({ id, slug, name, timeZone, createdAt }) => ({
    id: encodeNodeId('Tenant', id),
    slug,
    name,
    timeZone,
    createdAt,
  }))
  return { value, text: asTable(value, ['slug', 'name', 'timeZone', 'createdAt', 'id']) }
}
