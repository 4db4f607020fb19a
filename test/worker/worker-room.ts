import { randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import process from 'node:process'
import { setTimeout as sleep } from 'node:timers/promises'
import { eq } from 'drizzle-orm'
import { readConfig } from '../../core/config/process-config.ts'
import { openVault } from '../../core/vault/open-vault.ts'
import { tables } from '../../db/db.ts'
import { type Child, startChild } from '../../local/child.ts'
import type { Faults } from '../../local/object-store/faults.ts'
import { credentials, startEmbedded } from '../local/object-store/support.ts'
import { addTemplate, smallTemplate, uploadFile } from '../support/contact-files.ts'
import { createTestDatabase } from '../support/database.ts'

const { contacts, importProgress, imports, workers } = tables

export interface RunningWorker {
  pid: number
  /** As the job queue knows it. */
  id: string
  ended: Promise<number | string>
  status: string
}

/** Worker processes as they run in production, on a database of the test's own and the embedded object store. */
export async function openWorkerRoom(faults?: Faults) {
  const parts = new AsyncDisposableStack()
  const test = parts.use(await createTestDatabase())
  const store = parts.use(await startEmbedded(faults))
  const { database } = test
  const env = {
    ...process.env,
    DATABASE_URL: test.databaseUrl,
    DATABASE_OWNER_URL: test.ownerUrl,
    S3_BUCKET: store.bucket,
    S3_ENDPOINT: store.endpoint,
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    MASTER_KEY: randomBytes(32).toString('hex'),
    METRICS_PORT: '0',
    LOG_LEVEL: process.env['TEST_LOG'] ?? 'silent',
  }
  Object.assign(process.env, {
    AWS_ACCESS_KEY_ID: env.AWS_ACCESS_KEY_ID,
    AWS_SECRET_ACCESS_KEY: env.AWS_SECRET_ACCESS_KEY,
  })
  const vault = openVault(readConfig('worker', env))
  parts.defer(() => vault.bucket.close())
  const workersOfRoom: Child[] = []

  const room = {
    test,
    database,
    vault,
    /** An operator's. */
    client: store.client,
    env,
    startWorker: async (more: Record<string, string> = {}): Promise<RunningWorker> => {
      const known = (await room.workers()).map(worker => worker.id)
      const child = await startChild('worker', 'worker/main.ts', { ...env, ...more })
      workersOfRoom.push(child)
      const own = (await room.workers()).find(worker => !known.includes(worker.id))
      return { pid: child.pid, id: own?.id ?? '', ended: child.ended, status: child.ready['status'] ?? '' }
    },
    /** Which of the workers is in the middle of an import. */
    async importing(running: RunningWorker[]): Promise<RunningWorker> {
      await room.untilMerging()
      const [progress] = await database.asStaff(tx => tx.select().from(importProgress))
      const found = running.find(worker => worker.id === progress?.workerId)
      if (!found) throw new Error('no worker imports')
      return found
    },
    createTenant: async () => {
      const tenantId = await test.createTenant()
      await addTemplate(database, tenantId, smallTemplate)
      return tenantId
    },
    upload: (tenantId: string, path: string, body: string | Buffer) =>
      uploadFile(database, vault, tenantId, path, body),
    import: async (tenantId: string, id: string) => {
      const [found] = await database.asTenant(tenantId, tx =>
        tx.select().from(imports).where(eq(imports.id, id)),
      )
      if (!found) throw new Error('no such import')
      return found
    },
    contacts: (tenantId: string) =>
      database.asTenant(tenantId, tx => tx.$count(contacts, eq(contacts.tenantId, tenantId))),
    workers: () => database.asStaff(tx => tx.select().from(workers)),
    async until(what: string, found: () => Promise<boolean>, patience = 5e4): Promise<number> {
      const began = performance.now()
      while (!(await found())) {
        if (performance.now() - began > patience) throw new Error(`waited in vain: ${what}`)
        await sleep(20)
      }
      return performance.now() - began
    },
    async untilMerging(): Promise<void> {
      await room.until('an import that merges', async () => {
        const [busy] = await database.plain`
          select 1 from pg_stat_activity
           where datname = current_database() and application_name like 'nightdrop-import %' and query like '%insert into contacts%'`
        return busy !== undefined
      })
    },
    async [Symbol.asyncDispose]() {
      for (const child of workersOfRoom) if (await isAlive(child.pid)) process.kill(child.pid, 'SIGKILL')
      await Promise.all(workersOfRoom.map(child => child.ended))
      await parts.disposeAsync()
    },
  }
  return room
}

const isAlive = (pid: number) =>
  readFile(`/proc/${pid}/status`, 'utf8').then(
    status => !/^State:\s+Z/m.test(status),
    () => false,
  )
