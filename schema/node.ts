import { brandWithType } from '@pothos/core'
import { inArray } from 'drizzle-orm'
import type { GraphQLResolveInfo } from 'graphql'
import { badInput, Refusal } from '../core/refusal.ts'
import { builder } from './builder.ts'
import type { Context } from './context.ts'
import { mayHaveNode } from './field-roles.ts'
import { decodeNodeId } from './node-id.ts'
import { MOST_A_PAGE } from './page-size.ts'
import { selectRows, type TableName } from './rows.ts'
import { callerOf } from './targets.ts'

/** Every type that has ids, and where its rows stand. */
const nodeTables = {
  Tenant: 'tenants',
  SetupRequest: 'setupRequests',
  ColumnTemplate: 'columnTemplates',
  SftpAccount: 'sftpAccounts',
  SshKey: 'sshKeys',
  UploadedFile: 'uploadedFiles',
  Import: 'imports',
  Contact: 'contacts',
  Recording: 'recordings',
  Agent: 'agents',
  RetentionRun: 'retentionRuns',
  Erasure: 'erasures',
  LegalHold: 'legalHolds',
  ApiToken: 'apiTokens',
  AuditEvent: 'auditEvents',
} as const satisfies Record<string, TableName>

const tableOf = (type: string): (typeof nodeTables)[keyof typeof nodeTables] | undefined =>
  (nodeTables as Partial<Record<string, (typeof nodeTables)[keyof typeof nodeTables]>>)[type]

const Node = builder.nodeInterfaceRef()

builder.queryFields(t => ({
  node: t.field({
    type: Node,
    nullable: true,
    args: { id: t.arg.id({ required: true }) },
    resolve: async (_, { id }, context, info) => (await loadNodes(context, info, [id]))[0],
  }),
  nodes: t.field({
    type: [Node],
    nullable: { list: false, items: true },
    args: { ids: t.arg.idList({ required: true }) },
    resolve(_, { ids }, context, info) {
      if (ids.length > MOST_A_PAGE)
        throw badInput([{ path: ['ids'], message: `At most ${MOST_A_PAGE} at once.` }])
      return loadNodes(context, info, ids)
    },
  }),
}))

/**
 * The nodes of these ids, in their order, by one statement for each type. Row security and the caller's tenant make
 * another tenant's node what one that does not exist is: null. A type that the role may not have is FORBIDDEN whether
 * the node exists or not.
 */
async function loadNodes(
  context: Context,
  info: GraphQLResolveInfo,
  ids: readonly string[],
): Promise<(object | null)[]> {
  const { role } = callerOf(context)
  const wanted = ids.map(decodeNodeId)
  const byType = Map.groupBy(
    wanted.filter(named => named !== undefined),
    named => named.type,
  )
  const found = new Map<string, object>()
  for (const [typeName, named] of byType) {
    const table = tableOf(typeName)
    if (!table) continue
    if (!mayHaveNode(role, typeName))
      throw new Refusal('FORBIDDEN', `A token with role ${role} may not read a ${typeName}.`)
    const rows = await selectRows(context, info, {
      table,
      where: row =>
        inArray(
          row.id,
          named.map(({ id }) => id),
        ),
      columns: { id: true },
      typeName,
    })
    for (const row of rows) {
      brandWithType(row, typeName as never)
      found.set(`${typeName} ${row.id}`, row)
    }
  }
  return wanted.map(named => (named && found.get(`${named.type} ${named.id}`)) ?? null)
}
