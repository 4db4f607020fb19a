import { eq } from 'drizzle-orm'
import { builder } from './builder.ts'
import { Import } from './import-node.ts'
import { selectRow } from './rows.ts'
import { rowToChange } from './targets.ts'
import { watchImport } from './watch-import.ts'

builder.subscriptionField('importProgress', t =>
  t.field({
    type: Import,
    description:
      "Server-sent events: the import's state as it runs, at most a few a second, ending with its last state.",
    args: { id: t.arg.id({ required: true }) },
    async subscribe(_, args, context) {
      const { id, tenantId } = await rowToChange(context, 'Import', args.id)
      return watchImport(context, tenantId, id)
    },
    async resolve(id: string, _, context, info) {
      const row = await selectRow(context, info, { table: 'imports', where: row => eq(row.id, id) })
      if (!row) throw new Error('an import that was watched is gone')
      return row
    },
  }),
)
