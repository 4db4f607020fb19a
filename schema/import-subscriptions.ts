import { eq } from 'drizzle-orm'
import type { GraphQLResolveInfo } from 'graphql'
import { builder } from './builder.ts'
import type { Context } from './context.ts'
import { Import } from './import-node.ts'
import { selectRow } from './rows.ts'
import { rowToChange, tenantToChange } from './targets.ts'
import { watchImport } from './watch-import.ts'
import { watchImports } from './watch-imports.ts'

async function watched(id: string, context: Context, info: GraphQLResolveInfo) {
  const row = await selectRow(context, info, { table: 'imports', where: row => eq(row.id, id) })
  if (!row) throw new Error('an import that was watched is gone')
  return row
}

builder.subscriptionFields(t => ({
  importProgress: t.field({
    type: Import,
    description:
      "Server-sent events: the import's state as it runs, at most a few a second, ending with its last state.",
    args: { id: t.arg.id({ required: true }) },
    async subscribe(_, args, context) {
      const { id, tenantId } = await rowToChange(context, 'Import', args.id)
      return watchImport(context, tenantId, id)
    },
    resolve: (id: string, _, context, info) => watched(id, context, info),
  }),
  imports: t.field({
    type: Import,
    description: "Every import of the caller's tenant as it starts, moves and ends.",
    args: { tenantId: t.arg.id() },
    async subscribe(_, { tenantId: given }, context) {
      return watchImports(context, await tenantToChange(context, given))
    },
    resolve: (id: string, _, context, info) => watched(id, context, info),
  }),
}))
