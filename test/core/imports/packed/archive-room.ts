import { eq } from 'drizzle-orm'
import type { ImportPorts } from '../../../../core/imports/ports.ts'
import { runImports } from '../../../../core/imports/run-imports.ts'
import { openLog } from '../../../../core/log.ts'
import { tables } from '../../../../db/db.ts'
import { addTemplate, smallTemplate } from '../../../support/contact-files.ts'
import { openTreeRoom, send } from '../../files/tree-room.ts'

/** A tenant's tree with a template for `/{calls,more}*.csv`: archives are sent to it, and imports run with the real parts, here. */
export const openArchiveRoom = async () => {
  const room = await openTreeRoom()
  const { database, vault, tenantId, tree } = room
  await addTemplate(database, tenantId, { ...smallTemplate, filePattern: '/{calls,more}*.csv' })
  let now = new Date('2026-04-01T00:00:00Z')
  const ports = (): ImportPorts => ({
    imports: database,
    database,
    vault,
    log: openLog('test', process.env['TEST_LOG'] ?? 'silent'),
    workerId: 'pool',
    running: new Set<string>(),
    clock: () => now,
  })
  const inTenant = <T>(work: Parameters<typeof database.asTenant<T>>[1]) =>
    database.asTenant<T>(tenantId, work)
  const reports = async () =>
    (await inTenant(tx => tx.select().from(tables.reports).orderBy(tables.reports.path))).map(
      ({ path, body }) => ({ path, body: body?.toString() ?? '' }),
    )
  return {
    ...room,
    inTenant,
    reports,
    objects: () => room.bucket.objects.size,
    send: (path: string, bytes: Buffer | string) => send(tree, path, bytes),
    entries: async () => (await room.files()).filter(file => /\.zip\//.test(file.path)),
    later(seconds: number) {
      now = new Date(now.getTime() + seconds * 1e3)
    },
    async run(signal = new AbortController().signal, more: Partial<ImportPorts> = {}) {
      await runImports({ ...ports(), ...more }, tenantId, signal)
    },
    imports: () =>
      inTenant(tx =>
        tx
          .select()
          .from(tables.imports)
          .where(eq(tables.imports.tenantId, tenantId))
          .orderBy(tables.imports.ordinal),
      ),
    contacts: () =>
      inTenant(tx =>
        tx
          .select({ reference: tables.contacts.reference, queue: tables.contacts.queue })
          .from(tables.contacts)
          .where(eq(tables.contacts.tenantId, tenantId))
          .orderBy(tables.contacts.reference),
      ),
    recordings: () => inTenant(tx => tx.select().from(tables.recordings).orderBy(tables.recordings.path)),
  }
}

/** The JSON of the archive's own receipt. */
export const receiptOf = (reports: { path: string; body: string }[], archive: string) => {
  const found = reports.filter(({ path }) => path.startsWith(`/reports${archive}.`) && path.endsWith('.json'))
  if (found.length !== 1)
    throw new Error(`${found.length} receipts: ${found.map(({ path }) => path).join(', ')}`)
  return JSON.parse(found[0]?.body ?? '')
}
