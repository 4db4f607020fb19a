import { eq } from 'drizzle-orm'
import { actorOf, audit, type Deed } from '../core/access/audit.ts'
import type { Caller } from '../core/access/roles.ts'
import { badInput, notFound, Refusal } from '../core/refusal.ts'
import { type TenantTx, tables } from '../db/db.ts'
import type { Context } from './context.ts'
import { decodeNodeId, idOf } from './node-id.ts'

/** Tables whose rows mutations and subscriptions name by their id. */
const named = {
  Tenant: { table: tables.tenants, tenantId: tables.tenants.id, what: 'This tenant' },
  SftpAccount: { table: tables.sftpAccounts, tenantId: tables.sftpAccounts.tenantId, what: 'This account' },
  SshKey: { table: tables.sshKeys, tenantId: tables.sshKeys.tenantId, what: 'This key' },
  Agent: { table: tables.agents, tenantId: tables.agents.tenantId, what: 'This agent' },
  Contact: { table: tables.contacts, tenantId: tables.contacts.tenantId, what: 'This contact' },
  Recording: { table: tables.recordings, tenantId: tables.recordings.tenantId, what: 'This recording' },
  LegalHold: { table: tables.legalHolds, tenantId: tables.legalHolds.tenantId, what: 'This hold' },
  UploadedFile: { table: tables.uploadedFiles, tenantId: tables.uploadedFiles.tenantId, what: 'This file' },
  Import: { table: tables.imports, tenantId: tables.imports.tenantId, what: 'This import' },
  ColumnTemplate: {
    table: tables.columnTemplates,
    tenantId: tables.columnTemplates.tenantId,
    what: 'This template',
  },
  SetupRequest: {
    table: tables.setupRequests,
    tenantId: tables.setupRequests.tenantId,
    what: 'This set-up request',
  },
  ApiToken: { table: tables.apiTokens, tenantId: tables.apiTokens.tenantId, what: 'This token' },
} as const

export type NamedType = keyof typeof named

/** Who asks; the guard lets nobody unknown this far. */
export function callerOf({ caller }: Context): Caller {
  if (!caller) throw new Refusal('UNAUTHENTICATED', 'This needs a token.')
  return caller
}

/** The tenant that a mutation acts on: staff name it, everyone else has one. `argument` is where staff name it. */
export async function tenantToChange(
  context: Context,
  given: string | null | undefined,
  argument = 'tenantId',
): Promise<string> {
  const caller = callerOf(context)
  if (caller.role !== 'STAFF') {
    if (given != null && decodeNodeId(given)?.id !== caller.tenantId) throw notFound(named.Tenant.what)
    return caller.tenantId
  }
  if (given == null)
    throw badInput([{ path: [argument], message: 'Staff name the tenant that they act on behalf of.' }])
  return await tenantOf(context, 'Tenant', idOf('Tenant', given, named.Tenant.what))
}

/** The id of what a mutation names, and the tenant it belongs to. What is another tenant's is not there. */
export async function rowToChange(
  context: Context,
  type: NamedType,
  given: string,
): Promise<{ id: string; tenantId: string }> {
  const id = idOf(type, given, named[type].what)
  const caller = callerOf(context)
  return { id, tenantId: caller.role === 'STAFF' ? await tenantOf(context, type, id) : caller.tenantId }
}

/** Whose a row is; only staff have to ask. */
async function tenantOf(context: Context, type: NamedType, id: string): Promise<string> {
  const { table, tenantId, what } = named[type]
  await context.close()
  const [row] = await context.services.database.asStaff(tx =>
    tx.select({ tenantId }).from(table).where(eq(table.id, id)),
  )
  if (!row) throw notFound(what)
  return row.tenantId
}

/** Changes something of one tenant and writes it to its trail, in one transaction; null where nothing was changed. */
export async function changeTenant<T>(
  context: Context,
  tenantId: string,
  work: (tx: TenantTx) => Promise<{ result: T; deed: Omit<Deed, 'actor' | 'by'> | null }>,
): Promise<T> {
  const { database } = context.services
  const who = actorOf(callerOf(context))
  return await context.change(
    run => database.asTenant(tenantId, run),
    async (tx: TenantTx) => {
      const { result, deed } = await work(tx)
      if (deed) await audit(tx, tenantId, { ...who, ...deed })
      return result
    },
  )
}
