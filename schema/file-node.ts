import { builder } from './builder.ts'
import { linkFor } from './link.ts'
import { SftpAccount } from './sftp-account-node.ts'

export const FileStatus = builder.enumType('FileStatus', {
  values: {
    INCOMPLETE: { description: 'Still open, or dropped before it was closed; may be resumed.' },
    WAITING_FOR_RENAME: { description: 'Complete, under a temporary name.' },
    STORED: {},
    DISCARDED: {
      description:
        'Sent again after it had been deleted on purpose: read, recognised, dropped; the receipt says so.',
    },
    DELETED: {},
  } as const,
})

export const FileKind = builder.enumType('FileKind', { values: ['CONTACTS', 'RECORDING', 'OTHER'] as const })

/** Statuses in which the bytes are whole. */
const whole = new Set(['STORED', 'WAITING_FOR_RENAME'])

export const UploadedFile = builder.drizzleNode('uploadedFiles', {
  name: 'UploadedFile',
  description: 'One version of one uploaded path.',
  id: { column: row => row.id },
  select: { columns: { tenantId: true, id: true } },
  fields: t => ({
    path: t.exposeString('path', {
      description:
        "Once DELETED, the file's id instead. An entry of an archive is a file of its own: /night.zip/calls.csv.",
    }),
    kind: t.expose('kind', { type: FileKind }),
    status: t.expose('status', { type: FileStatus }),
    size: t.expose('size', { type: 'BigInt' }),
    sha256: t.string({
      nullable: true,
      select: {
        with: {
          object: {
            columns: {},
            extras: { digest: (row, { sql }) => sql<string | null>`encode(${row.sha256}, 'hex')` },
          },
        },
      },
      resolve: ({ object }) => object?.digest ?? null,
    }),
    uploadedBy: t.relation('uploadedBy', { type: SftpAccount, nullable: true }),
    startedAt: t.expose('startedAt', { type: 'DateTime' }),
    storedAt: t.expose('storedAt', { type: 'DateTime', nullable: true }),
    downloadUrl: t.string({
      nullable: true,
      description: 'Short-lived; needs no token; answers ranges. Null once deleted.',
      select: { columns: { status: true, objectId: true } },
      resolve({ tenantId, id, status, objectId }, _, context) {
        if (objectId === null || !whole.has(status)) return null
        return linkFor(context, { kind: 'file', tenantId, id, use: crypto.randomUUID() })
      },
    }),
  }),
})
