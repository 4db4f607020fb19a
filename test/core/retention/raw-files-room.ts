import { sql } from 'drizzle-orm'
import type { FileTree } from '../../../core/files/file-tree.ts'
import { openTree } from '../../../core/files/open-tree.ts'
import { writeIgnoredReceipt } from '../../../core/receipts/ignored-file.ts'
import { purgeRawFiles, type RawFilesPurged } from '../../../core/retention/purge-raw-files.ts'
import type { ColumnTemplate } from '../../../core/templates/template.ts'
import { type Tx, tables } from '../../../db/db.ts'
import { send } from '../files/tree-room.ts'
import { openImportRoom } from '../imports/import-room.ts'

const { sftpAccounts, uploadedFiles } = tables

/** A tenant to whom files are sent, whose imports run, and whose raw files are purged as a sweep does it. */
export async function openRawFilesRoom(templates?: ColumnTemplate[]) {
  const room = await openImportRoom(templates ? { templates } : {})
  const { database, vault, tenantId, inTenant } = room
  const hashes = await vault.hashes.of(tenantId)
  const addAccount = async (): Promise<() => FileTree> => {
    const username = `sender-${crypto.randomUUID()}`
    const [made] = await inTenant(tx => tx.insert(sftpAccounts).values({ tenantId, username }).returning())
    if (!made) throw new Error('no account')
    const account = { id: made.id, tenantId, maxFileBytes: made.maxFileBytes }
    return () => openTree({ database, vault, account })
  }
  const openSession = await addAccount()
  const step = (limit = 100, before = new Date(Date.now() + 1_000)) =>
    inTenant(tx => purgeRawFiles(tx, { tenantId, hashes, before, limit, at: room.now }))
  return {
    ...room,
    hashes,
    addAccount,
    /** A session of the account that sends. */
    openSession,
    tree: openSession(),
    async send(path: string, body: string | Buffer) {
      await send(this.tree, path, body)
    },
    step,
    /** Until there is no more. */
    async purge(limit = 100): Promise<Omit<RawFilesPurged, 'more' | 'memories'>> {
      const sum = { files: 0, bytes: 0, objects: [] as string[] }
      for (let more = true; more; ) {
        const done = await step(limit)
        sum.files += done.files
        sum.bytes += done.bytes
        sum.objects.push(...done.objects)
        more = done.more
      }
      return sum
    },
    files: () => inTenant(tx => tx.select().from(uploadedFiles).orderBy(uploadedFiles.id)),
    /** What the job says of files that become no import. */
    async ignore() {
      const found = await this.files()
      for (const { id } of found) await inTenant(tx => writeIgnoredReceipt(tx, tenantId, id, room.now))
    },
    /** Every row of the tenant but contacts, as text: whatever stands there is in it. */
    traces: () => inTenant(tx => traces(tx, tenantId)),
  }
}

async function traces(tx: Tx, tenantId: string): Promise<string> {
  const found = await tx.execute<{ name: string }>(sql`
    select c.relname as name from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attname = 'tenant_id'
     where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' and c.relname <> 'contacts'`)
  let text = ''
  for (const { name } of found) {
    const rows = await tx.execute<{ row: string }>(
      sql`select t::text as row from ${sql.identifier(name)} t where tenant_id = ${tenantId}`,
    )
    text += `${name}\n${rows.map(({ row }) => row).join('\n')}\n`
  }
  return text
}
