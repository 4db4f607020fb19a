import { and, eq } from 'drizzle-orm'
import type { Problem as ProblemRow } from '../core/imports/problem.ts'
import { builder } from './builder.ts'
import { ColumnTemplate } from './column-template.ts'
import { UploadedFile } from './file-node.ts'
import { linkFor } from './link.ts'
import { type Order, page } from './paging.ts'
import { Problem } from './problem.ts'
import { Rejection } from './rejection.ts'

export const ImportStatus = builder.enumType('ImportStatus', {
  values: {
    QUEUED: {},
    RUNNING: {},
    COMPLETED: { description: 'Every row was read; some may have been rejected.' },
    REFUSED: {
      description: 'No contact of the file was kept; failure says why. Every row read counts as rejected.',
    },
    FAILED: {
      description:
        'A fault of ours; tried again by itself before any later import, up to a limit, then set aside until importAgain. Nothing kept twice.',
    },
    UNDONE: {},
  } as const,
})

const asFound: Order = { name: 'row', keys: [{ column: 'position', kind: 'number' }], direction: 'asc' }

export const Import = builder.drizzleNode('imports', {
  name: 'Import',
  id: { column: row => row.id },
  select: { columns: { tenantId: true, id: true } },
  fields: t => ({
    file: t.relation('file', { type: UploadedFile }),
    columnTemplate: t.relation('columnTemplate', { type: ColumnTemplate, nullable: true }),
    status: t.expose('status', { type: ImportStatus }),
    failure: t.field({
      type: Problem,
      nullable: true,
      description:
        'EMPTY, NO_ROWS, HEADER_MISMATCH, ENCODING_MISMATCH, DIALECT_MISMATCH, NOT_CSV, TOO_MANY_REJECTED, TOO_LARGE, AMBIGUOUS_TEMPLATE, UNREADABLE, ...',
      select: { columns: { failure: true } },
      resolve: ({ failure }) => failure as ProblemRow | null,
    }),
    problems: t.field({
      type: [Problem],
      description: 'Everything worth saying, by cause: a count and three examples in details.',
      select: { columns: { problems: true } },
      resolve: ({ problems }) => problems as unknown as ProblemRow[],
    }),
    progress: t.float({
      description: '0 to 1.',
      select: { columns: { status: true }, with: { running: { columns: { progress: true } } } },
      resolve: ({ status, running }) => {
        if (status === 'RUNNING') return running?.progress ?? 0
        return status === 'QUEUED' || status === 'FAILED' ? 0 : 1
      },
    }),
    rowsRead: t.exposeInt('rowsRead'),
    created: t.exposeInt('created', {
      description:
        'rowsRead = created + updated + unchanged + rejected, always. A reference that comes again in one file counts as if sent again: the last row stands.',
    }),
    updated: t.exposeInt('updated'),
    unchanged: t.exposeInt('unchanged'),
    rejected: t.exposeInt('rejected', { description: 'Rows, not cells.' }),
    unlinkedAgents: t.exposeInt('unlinkedAgents'),
    dryRun: t.exposeBoolean('dryRun', {
      description: 'Read under /test/: counts say what would have been; nothing is kept.',
    }),
    startedAt: t.expose('startedAt', { type: 'DateTime', nullable: true }),
    finishedAt: t.expose('finishedAt', { type: 'DateTime', nullable: true }),
    rejections: t.connection(
      {
        type: Rejection,
        description: 'One for each bad cell; the first 10,000.',
        resolve: ({ tenantId, id }, args, context, info) =>
          page(context, info, args, {
            table: 'rejections',
            where: row => and(eq(row.tenantId, tenantId), eq(row.importId, id)),
            order: asFound,
          }),
      },
      { name: 'RejectionConnection' },
      { name: 'RejectionEdge' },
    ),
    rejectedCsvUrl: t.string({
      nullable: true,
      description:
        "All rejected rows, cells as they came, in the template's dialect, with a last column nightdrop_reason that imports ignore: ready to be corrected and sent again. Rows DELETED_BEFORE are left out. Of a file refused for TOO_MANY_REJECTED it holds every row, sound ones without a reason. Also in the account's /reports.",
      select: { columns: { rejectedCsvId: true } },
      resolve({ tenantId, id, rejectedCsvId }, _, context) {
        if (rejectedCsvId === null) return null
        return linkFor(context, { kind: 'rejected', tenantId, id })
      },
    }),
  }),
})

builder.drizzleObjectField(UploadedFile, 'imports', t =>
  t.relation('imports', { type: Import, query: { orderBy: { ordinal: 'asc' } } }),
)
