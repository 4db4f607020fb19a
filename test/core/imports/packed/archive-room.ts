import { eq } from 'drizzle-orm'
import { unpackArchive } from '../../../../core/imports/packed/unpack-archive.ts'
import { runImports } from '../../../../core/imports/run-imports.ts'
import { openLog } from '../../../../core/log.ts'
import { tables } from '../../../../db/db.ts'
import { addTemplate, smallTemplate } from '../../../support/contact-files.ts'
import { openTreeRoom, send } from '../../files/tree-room.ts'

/** A tenant's tree with a template for `/*.csv`: archives are sent to it, and unpacked by hand. */
export const openArchiveRoom = async () => {
  const room = await openTreeRoom()
  const { database, vault, tenantId, tree } = room
  await addTemplate(database, tenantId, { ...smallTemplate, filePattern: '/{calls,more}*.csv' })
  const clock = () => new Date('2026-04-01T00:00:00Z')
  const inTenant = <T>(work: Parameters<typeof database.asTenant<T>>[1]) =>
    database.asTenant<T>(tenantId, work)
  const reports = async () =>
    (await inTenant(tx => tx.select().from(tables.reports).orderBy(tables.reports.path))).map(
      ({ path, body }) => ({ path, body: body?.toString() ?? '' }),
    )
  return {
    ...room,
    reports,
    objects: () => room.bucket.objects.size,
    async unpack(path: string, signal = new AbortController().signal) {
      const file = (await room.files()).findLast(each => each.path === path)
      await unpackArchive({ database, vault, clock }, tenantId, file?.id ?? '', signal)
    },
    send: (path: string, bytes: Buffer | string) => send(tree, path, bytes),
    entries: async () => (await room.files()).filter(file => /\.zip\//.test(file.path)),
    async runImports() {
      const log = openLog('test', 'silent')
      const ports = {
        imports: database,
        database,
        vault,
        log,
        workerId: 'pool',
        running: new Set<string>(),
        clock,
      }
      await runImports(ports, tenantId, new AbortController().signal)
      return inTenant(tx =>
        tx
          .select()
          .from(tables.imports)
          .where(eq(tables.imports.tenantId, tenantId))
          .orderBy(tables.imports.ordinal),
      )
    },
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
