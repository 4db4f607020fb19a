import { openTree } from '../../core/files/open-tree.ts'
import { linkImported } from '../../core/imports/link-imported.ts'
import { recordingKey } from '../../core/recordings/recording-names.ts'
import { workOffRecordings } from '../../core/recordings/work-off.ts'
import { tables } from '../../db/db.ts'
import { send } from '../core/files/tree-room.ts'
import { silentLog } from '../support/silent-log.ts'
import type { ApiRoom } from './api-room.ts'

const NO_DIGEST = '00000000-0000-0000-0000-000000000000'

/** A tenant's files as SFTP takes them, its contacts as an import leaves them, and the jobs that bring them together. */
export async function recordingSender({ database, vault }: ApiRoom, tenantId: string) {
  const account = await database.asTenant(tenantId, async tx => {
    const values = { tenantId, username: `u-${tenantId}` }
    const [row] = await tx.insert(tables.sftpAccounts).values(values).returning()
    if (!row) throw new Error('no account')
    return { id: row.id, tenantId, maxFileBytes: row.maxFileBytes }
  })
  const tree = openTree({ database, vault, account })
  const jobs = { database, vault, log: silentLog(), clock: () => new Date() }
  return {
    tree,
    send: (path: string, bytes: Buffer | string) => send(tree, path, bytes),
    work: async () => {
      const { signal } = new AbortController()
      await workOffRecordings({ ...jobs, signal }, tenantId)
      await linkImported({ ...jobs, signal }, tenantId)
    },
    /** Contacts that a file names, each with the day it was imported on. */
    addContacts: (
      rows: readonly { reference: string; audio?: string; screen?: string; importedAt?: Date }[],
    ) =>
      database.asTenant(tenantId, async tx => {
        const [file] = await tx
          .insert(tables.uploadedFiles)
          .values({ tenantId, path: '/calls.csv', kind: 'CONTACTS', status: 'STORED' })
          .returning()
        const [run] = await tx
          .insert(tables.imports)
          .values({ tenantId, fileId: file?.id ?? '', path: '/calls.csv', status: 'COMPLETED' })
          .returning()
        if (!run) throw new Error('no import')
        const keyOf = (name: string | undefined) => (name === undefined ? null : recordingKey(name))
        return await tx
          .insert(tables.contacts)
          .values(
            rows.map(({ reference, audio, screen, importedAt = new Date() }, n) => ({
              tenantId,
              reference,
              occurredAt: new Date(Date.UTC(2026, 0, 1, 0, n)),
              occurredAtText: 'text',
              agentKey: 'k',
              agentMatch: 'k',
              recordingName: audio ?? null,
              screenRecordingName: screen ?? null,
              recordingMatch: keyOf(audio),
              screenRecordingMatch: keyOf(screen),
              recordingState: audio || screen ? ('MISSING' as const) : ('NONE_NAMED' as const),
              metadata: {},
              digest: NO_DIGEST,
              importId: run.id,
              rowNumber: n + 1,
              fileMark: run.ordinal,
              importedAt,
            })),
          )
          .returning({ id: tables.contacts.id, reference: tables.contacts.reference })
      }),
  }
}
