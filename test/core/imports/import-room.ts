import { AsyncLocalStorage } from 'node:async_hooks'
import { randomBytes } from 'node:crypto'
import { and, asc, eq, sql } from 'drizzle-orm'
import { afterAll } from 'vitest'
import { upsertAgents } from '../../../core/agents/agents.ts'
import type { ImportPorts } from '../../../core/imports/ports.ts'
import { runImports } from '../../../core/imports/run-imports.ts'
import { openLog } from '../../../core/log.ts'
import type { ColumnTemplate } from '../../../core/templates/template.ts'
import { localMasterKeys } from '../../../core/vault/master-keys.ts'
import { storedObject } from '../../../core/vault/object-rows.ts'
import type { Vault } from '../../../core/vault/vault.ts'
import { createVault } from '../../../core/vault/vault.ts'
import { openDatabase, tables } from '../../../db/db.ts'
import { addTemplate, smallTemplate, templateColumns, uploadFile } from '../../support/contact-files.ts'
import { createTestDatabase, type TestDatabase } from '../../support/database.ts'
import { memoryBucket } from '../vault/memory-bucket.ts'

const { contacts, importProgress, imports, rejections, reports } = tables

export const phonenowTemplate: ColumnTemplate = {
  ...smallTemplate,
  name: 'phonenow',
  filePattern: '/calls/*.csv',
  columns: templateColumns(
    ['Call Id', 'REFERENCE'],
    ['Agent', 'AGENT'],
    ['Date', 'CONTACT_DAY', 'yyyy-MM-dd'],
    ['Time', 'CONTACT_TIME', 'H:mm:ss'],
    ['Topic', 'QUEUE'],
    ['Answered (Y/N)', 'METADATA'],
    ['Resolved', 'DISPOSITION'],
    ['Speed of answer in seconds', 'METADATA'],
    ['AvgTalkDuration', 'DURATION', 'h:mm:ss'],
    ['Satisfaction rating', 'METADATA'],
  ),
}

/** One for the test file: rooms are tenants of their own in it. */
let shared: Promise<TestDatabase> | undefined
afterAll(async () => (await shared)?.[Symbol.asyncDispose]())

/** A tenant with templates, and files that come to it as if uploaded; imports run with the real parts, here. */
export async function openImportRoom(
  options: {
    vault?: Vault
    vaultBucket?: ReturnType<typeof memoryBucket>
    templates?: ColumnTemplate[]
  } = {},
) {
  const test = await (shared ??= createTestDatabase())
  const { database } = test
  const bucket = options.vaultBucket ?? memoryBucket()
  const vault = options.vault ?? createVault({ bucket, master: localMasterKeys(randomBytes(32)) })
  const importing = openDatabase(test.databaseUrl, {
    applicationName: 'imports',
    max: 4,
    statementTimeout: 0,
  })
  const tenantId = await test.createTenant()
  for (const template of options.templates ?? [smallTemplate]) await addTemplate(database, tenantId, template)
  let now = new Date('2026-04-01T00:00:00Z')
  const ports = (more: Partial<ImportPorts> = {}): ImportPorts => ({
    imports: importing,
    database,
    vault,
    log: openLog('test', process.env['TEST_LOG'] ?? 'silent'),
    workerId: 'pool-test',
    running: new Set(),
    clock: () => now,
    ...more,
  })
  const inTenant = <T>(work: Parameters<typeof database.asTenant<T>>[1]) =>
    database.asTenant<T>(tenantId, work)
  const room = {
    test,
    database,
    vault,
    bucket,
    tenantId,
    ports,
    inTenant,
    /** Out of a transaction in which it is called, as another process would. */
    outside: () => AsyncLocalStorage.snapshot(),
    get now() {
      return now
    },
    later(seconds: number) {
      now = new Date(now.getTime() + seconds * 1e3)
    },
    upload: (path: string, body: string | Buffer, queue = true) =>
      uploadFile(database, vault, tenantId, path, body, queue),
    run: (signal = new AbortController().signal, more: Partial<ImportPorts> = {}) =>
      runImports(ports(more), tenantId, signal),
    import: async (id: string) => {
      const [found] = await inTenant(tx => tx.select().from(imports).where(eq(imports.id, id)))
      if (!found) throw new Error('no such import')
      return found
    },
    contacts: () =>
      inTenant(tx =>
        tx.select().from(contacts).where(eq(contacts.tenantId, tenantId)).orderBy(asc(contacts.reference)),
      ),
    rejections: (id: string) =>
      inTenant(tx =>
        tx.select().from(rejections).where(eq(rejections.importId, id)).orderBy(asc(rejections.position)),
      ),
    reports: () => inTenant(tx => tx.select().from(reports).orderBy(asc(reports.path))),
    progress: () => inTenant(tx => tx.select().from(importProgress)),
    rowVersions: () =>
      inTenant(tx =>
        tx.execute<{
          version: string
        }>(
          sql`select reference || ' ' || xmin::text || ' ' || ctid::text as version from contacts where tenant_id = ${tenantId} order by 1`,
        ),
      ).then(found => found.map(each => each.version)),
    addAgent: (username: string) =>
      inTenant(tx =>
        upsertAgents(tx, tenantId, [
          {
            name: username,
            username,
          },
        ]),
      ),
    readObject: async (objectId: string) => {
      const object = await inTenant(tx => storedObject(tx, tenantId, objectId))
      const pieces: Buffer[] = []
      for await (const piece of vault.readAll(object)) pieces.push(piece)
      return Buffer.concat(pieces).toString()
    },
    async [Symbol.asyncDispose]() {
      await importing.close()
    },
  }
  return room
}

export type ImportRoom = Awaited<ReturnType<typeof openImportRoom>>

export const setContact = (
  room: ImportRoom,
  reference: string,
  change: Partial<typeof contacts.$inferInsert>,
) =>
  room.inTenant(tx =>
    tx
      .update(contacts)
      .set(change)
      .where(and(eq(contacts.tenantId, room.tenantId), eq(contacts.reference, reference))),
  )
