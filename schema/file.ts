import { and, eq, inArray } from 'drizzle-orm'
import { builder } from './builder.ts'
import { FileKind, FileStatus, UploadedFile } from './file-node.ts'
import { newestFirst, page } from './paging.ts'
import { beginsWith } from './search.ts'
import { Tenant } from './tenant-node.ts'

const FileFilter = builder.inputType('FileFilter', {
  fields: t => ({
    status: t.field({ type: [FileStatus] }),
    kind: t.field({ type: [FileKind] }),
    pathBeginsWith: t.string(),
  }),
})

builder.drizzleObjectFields(Tenant, t => ({
  files: t.connection(
    {
      type: UploadedFile,
      args: { filter: t.arg({ type: FileFilter }) },
      resolve(tenant, args, context, info) {
        const { status, kind, pathBeginsWith } = args.filter ?? {}
        return page(context, info, args, {
          table: 'uploadedFiles',
          where: row =>
            and(
              eq(row.tenantId, tenant.id),
              status == null ? undefined : inArray(row.status, status),
              kind == null ? undefined : inArray(row.kind, kind),
              pathBeginsWith == null ? undefined : beginsWith(row.path, pathBeginsWith),
            ),
          order: newestFirst,
        })
      },
    },
    { name: 'FileConnection' },
    { name: 'FileEdge' },
  ),
}))
