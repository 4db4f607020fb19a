import { and, eq, inArray, or } from 'drizzle-orm'
import { badInput } from '../core/refusal.ts'
import { tables } from '../db/db.ts'
import { builder } from './builder.ts'
import type { Context } from './context.ts'
import { type Order, page } from './paging.ts'
import { Role } from './role.ts'
import type { TableOf } from './rows.ts'
import { contains } from './search.ts'
import { SetupRequest, SetupRequestConnection, SetupRequestStatus } from './setup-request-node.ts'

const SetupRequestFilter = builder.inputType('SetupRequestFilter', {
  fields: t => ({
    status: t.field({ type: [SetupRequestStatus] }),
    waitingFor: t.field({ type: Role, description: 'STAFF or ADMIN: whose turn it is.' }),
    search: t.string(),
  }),
})

type Wishes = typeof SetupRequestFilter.$inferInput

const oldestFirst: Order = { name: 'oldest', keys: [{ column: 'id', kind: 'uuid' }], direction: 'asc' }

builder.queryField('setupRequests', t =>
  t.connection(
    {
      type: SetupRequest,
      description: 'Staff only: set-up requests of all tenants, oldest first.',
      args: { filter: t.arg({ type: SetupRequestFilter }) },
      resolve: (_, args, context, info) =>
        page(context, info, args, {
          table: 'setupRequests',
          where: row => matching(context, row, args.filter ?? {}),
          order: oldestFirst,
        }),
    },
    SetupRequestConnection,
  ),
)

/** Whose turn it is follows from the status; the words are looked for in the form and in the tenant's name. */
function matching(context: Context, row: TableOf<'setupRequests'>, { status, waitingFor, search }: Wishes) {
  return and(
    status == null ? undefined : inArray(row.status, status),
    waitingFor == null ? undefined : eq(row.status, statusWaitingFor(waitingFor)),
    or(
      contains(search, [row.contactName, row.contactEmail, row.sourceSystem, row.notes]),
      search?.trim() ? inArray(row.tenantId, tenantsCalled(context, search)) : undefined,
    ),
  )
}

const tenantsCalled = (context: Context, search: string) =>
  context.tx
    .select({ id: tables.tenants.id })
    .from(tables.tenants)
    .where(contains(search, [tables.tenants.name, tables.tenants.slug]))

function statusWaitingFor(role: Wishes['waitingFor']) {
  if (role === 'STAFF') return 'SUBMITTED'
  if (role === 'ADMIN') return 'CHANGES_REQUESTED'
  throw badInput([
    { path: ['filter', 'waitingFor'], message: 'A request waits for STAFF or for ADMIN, for nobody else.' },
  ])
}
