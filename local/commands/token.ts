import { desc, eq } from 'drizzle-orm'
import { roles } from '../../core/access/roles.ts'
import { hashOf } from '../../core/access/secret.ts'
import { createStaffToken, revokeStaffToken } from '../../core/access/staff-token.ts'
import { createToken, revokeToken } from '../../core/access/tokens.ts'
import { notFound } from '../../core/refusal.ts'
import { type Database, tables } from '../../db/db.ts'
import { encodeNodeId } from '../../schema/node-id.ts'
import type { Call, Result, Subject } from './command.ts'
import { UsageFault } from './faults.ts'
import { changeAsOperator, idIn, tenantNamed } from './named.ts'
import { moment, oneOf } from './options.ts'
import { asTable } from './print.ts'

const { apiTokens, staffTokens } = tables

export const token: Subject = {
  summary: 'what opens the API',
  verbs: {
    create: {
      usage: 'NAME --role ROLE [--tenant TENANT] [--expires WHEN]',
      summary: 'Makes a token and prints it, once. STAFF belong to no tenant.',
      options: { role: { type: 'string' }, tenant: { type: 'string' }, expires: { type: 'string' } },
      run: create,
    },
    revoke: {
      usage: '[ID]',
      summary: 'Ends a token for good. Without an id the token itself is read from standard input.',
      run: revoke,
    },
    list: { usage: '[TENANT]', summary: 'Tokens of a tenant, or those of staff, newest first.', run: list },
  },
}

async function create(call: Call): Promise<Result> {
  const { database } = await call.reach()
  const [name = ''] = call.words
  const role = oneOf('role', call.needed('role'), roles)
  const wish = { name, role, expiresAt: moment('expires', call.option('expires')) }
  const tenantName = role === 'STAFF' ? undefined : call.needed('tenant')
  if (tenantName === undefined && call.option('tenant') !== undefined)
    throw new UsageFault('Staff belong to no tenant: leave --tenant out.')
  const { apiToken, token } =
    tenantName === undefined
      ? await database.asStaff(tx => createStaffToken(tx, wish, call.clock()))
      : await makeForTenant(database, tenantName, wish, call.clock())
  const type = role === 'STAFF' ? 'StaffToken' : 'ApiToken'
  const { prefix, expiresAt } = apiToken
  call.note(`Made the token ${prefix}… "${apiToken.name}" with role ${role}. It is shown this once:`)
  return {
    value: { id: encodeNodeId(type, apiToken.id), name, role, prefix, expiresAt, token },
    text: token,
  }
}

async function makeForTenant(
  database: Database,
  tenantName: string,
  wish: Parameters<typeof createToken>[2],
  now: Date,
) {
  const { id: tenantId } = await tenantNamed(database, tenantName)
  return await changeAsOperator(database, tenantId, async tx => {
    const result = await createToken(tx, tenantId, wish, now)
    const details = { name: wish.name, role: wish.role }
    return { result, deed: { action: 'createApiToken', subject: result.apiToken.id, details } }
  })
}

async function revoke(call: Call): Promise<Result> {
  const { database } = await call.reach()
  const { tenantId, id } = await whose(database, call)
  const revoked =
    tenantId === null
      ? await database.asStaff(tx => revokeStaffToken(tx, id, call.clock()))
      : await changeAsOperator(database, tenantId, async tx => ({
          result: await revokeToken(tx, tenantId, id, call.clock()),
          deed: { action: 'revokeApiToken', subject: id },
        }))
  const { name, prefix, revokedAt } = revoked
  const type = tenantId === null ? 'StaffToken' : 'ApiToken'
  return {
    value: { id: encodeNodeId(type, id), name, prefix, revokedAt },
    text: `${prefix}… "${name}" opens nothing any more.`,
  }
}

/** The token that was named by its id, or that came by standard input itself. */
async function whose(database: Database, call: Call): Promise<{ tenantId: string | null; id: string }> {
  const [typed] = call.words
  if (typed === undefined || typed === '-') {
    const secret = (await call.read('-')).toString('utf8').trim()
    const [row] = await database.plain<{ tenant_id: string | null; token_id: string }[]>`
      select tenant_id, token_id from lookup_token(${hashOf(secret)})`
    if (!row) throw notFound('This token')
    return { tenantId: row.tenant_id, id: row.token_id }
  }
  const id = idIn(typed, 'ApiToken') ?? idIn(typed, 'StaffToken')
  if (id === undefined) throw notFound(`The token ${typed}`)
  return await database.asStaff(async tx => {
    const [own] = await tx
      .select({ tenantId: apiTokens.tenantId, id: apiTokens.id })
      .from(apiTokens)
      .where(eq(apiTokens.id, id))
    return own ?? { tenantId: null, id }
  })
}

async function list(call: Call): Promise<Result> {
  const { database } = await call.reach()
  const [tenantName] = call.words
  const rows =
    tenantName === undefined
      ? (await database.asStaff(tx => tx.select().from(staffTokens).orderBy(desc(staffTokens.id)))).map(
          row => ({
            ...row,
            role: 'STAFF',
          }),
        )
      : await ofTenant(database, (await tenantNamed(database, tenantName)).id)
  const type = tenantName === undefined ? 'StaffToken' : 'ApiToken'
  const value = rows.map(({ id, name, role, prefix, createdAt, expiresAt, lastUsedAt, revokedAt }) => ({
    id: encodeNodeId(type, id),
    name,
    role,
    prefix,
    createdAt,
    expiresAt,
    lastUsedAt,
    revokedAt,
  }))
  return {
    value,
    text: asTable(value, [
      'prefix',
      'name',
      'role',
      'createdAt',
      'expiresAt',
      'lastUsedAt',
      'revokedAt',
      'id',
    ]),
  }
}

const ofTenant = (database: Database, tenantId: string) =>
  database.asTenant(tenantId, tx =>
    tx.select().from(apiTokens).where(eq(apiTokens.tenantId, tenantId)).orderBy(desc(apiTokens.id)),
  )
