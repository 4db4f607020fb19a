import { randomBytes } from 'node:crypto'
import { sql } from 'drizzle-orm'
import { afterAll, expect, test, vi } from 'vitest'
import { settleUploads } from '../../../core/files/settle-uploads.ts'
import { removeObjects } from '../../../core/vault/remove-objects.ts'
import { tables } from '../../../db/db.ts'
import { fetchFile, MiB, openTreeRoom, send } from './tree-room.ts'

const room = await openTreeRoom()
afterAll(() => room[Symbol.asyncDispose]())
const { tree, database, bucket, vault, tenantId } = room
await room.addTemplate('/*.csv')
const settleNow = () => settleUploads({ database, vault })

/** After so many minutes in which no upload was touched. */
const settle = async (minutes = 6) => {
  const updatedAt = sql`${tables.uploads.updatedAt} - make_interval(mins => ${minutes})`
  await database.asTenant(tenantId, tx => tx.update(tables.uploads).set({ updatedAt }))
  return settleNow()
}

/** As a killed process leaves it: the session's last calls never come back. */
const dieAt = async (path: string, bytes: Buffer, op: string, when: 'before' | 'after') => {
  const before = bucket.before
  const complete = bucket.completeParts.bind(bucket)
  const dead = new Promise<never>(() => undefined)
  if (when === 'before') bucket.before = called => (called === op ? dead : undefined)
  else {
    bucket.completeParts = async (...args) => {
      await complete(...args)
      await dead
    }
  }
  const handle = await tree.openWrite(path, 'replace')
  await handle.write(0, bytes)
  void handle.close()
  await expect.poll(async () => (await room.uploads()).some(row => row.state === 'COMPLETING')).toBe(true)
  await new Promise(resolve => setTimeout(resolve, 50))
  bucket.before = before
  bucket.completeParts = complete
}

test('killed after the object was completed: the file is stored and imported', async () => {
  const bytes = randomBytes(7 * MiB)
  await dieAt('/after.csv', bytes, 'completeParts', 'after')
  expect(await settleNow()).toMatchObject({ stored: 0, dropped: 0 })
  expect(await settle()).toMatchObject({ stored: 1, dropped: 0, failures: [] })
  const file = (await room.files()).find(row => row.path === '/after.csv')
  expect(file).toMatchObject({ status: 'STORED', listed: true, size: bytes.length })
  expect(await room.importsOf(file?.id ?? '')).toHaveLength(1)
  expect((await fetchFile(tree, '/after.csv')).equals(bytes)).toBe(true)
  expect(await settle()).toMatchObject({ stored: 0 })
})

test('killed before the object was completed, with all parts durable: it is completed now', async () => {
  const bytes = randomBytes(11 * MiB + 5)
  await dieAt('/before.csv', bytes, 'completeParts', 'before')
  expect(await settle()).toMatchObject({ stored: 1, failures: [] })
  expect((await fetchFile(room.treeOf(room.account), '/before.csv')).equals(bytes)).toBe(true)
})

test('sent again meanwhile: the newer one stays, the one left behind becomes INCOMPLETE', async () => {
  await dieAt('/twice.csv', randomBytes(6 * MiB), 'completeParts', 'after')
  await send(room.treeOf(await room.addAccount()), '/twice.csv', 'sent again')
  expect(await settle()).toMatchObject({ stored: 0, dropped: 1, failures: [] })
  const versions = (await room.files()).filter(row => row.path === '/twice.csv')
  expect(versions.map(row => [row.status, row.listed])).toEqual([
    ['INCOMPLETE', false],
    ['STORED', true],
  ])
  await room.treeOf(room.account).stat('/twice.csv')
})

test('a store that is away leaves it for the next time, and says so', async () => {
  await dieAt('/later.csv', randomBytes(6 * MiB), 'completeParts', 'before')
  bucket.before = () => {
    throw new Error('away')
  }
  const failed = await settle()
  bucket.before = () => undefined
  expect(failed.failures).toHaveLength(1)
  expect(await settle(20)).toMatchObject({ stored: 1, failures: [] })
})

test('killed while it was taking bytes: INCOMPLETE with why, given up after days, its bytes removed', async () => {
  const handle = await tree.openWrite('/taking.csv', 'replace')
  await handle.write(0, randomBytes(6 * MiB))
  const found = async () => (await room.files()).find(row => row.path === '/taking.csv')
  await expect.poll(async () => (await found())?.size).toBe(5 * MiB)
  expect(await settle()).toMatchObject({ dropped: 1 })
  const file = await found()
  expect(file).toMatchObject({ status: 'INCOMPLETE', size: 5 * MiB })
  expect(file?.reason).toContain('stopped')
  await expect(handle.close()).rejects.toMatchObject({ code: 'CONFLICT' })
  expect(await settle(6 * 24 * 60)).toMatchObject({ givenUp: 0 })
  expect(await settle(2 * 24 * 60)).toMatchObject({ givenUp: 2, failures: [] })
  expect((await room.files()).find(row => row.id === file?.id)).toMatchObject({
    status: 'DELETED',
    path: file?.id,
  })
  expect(await room.uploads()).toEqual([])
  await removeObjects(database, bucket, tenantId)
  expect(bucket.uploads.size).toBe(0)
  const rows = await database.asTenant(tenantId, tx => tx.execute(sql`select from vault_objects`))
  expect(bucket.objects.size).toBe(rows.length)
})

test('the clock of this process says nothing about how long an upload was silent', async () => {
  await dieAt('/skewed.csv', randomBytes(6 * MiB), 'completeParts', 'after')
  vi.setSystemTime(Date.now() + 3_600_000)
  try {
    expect(await settleNow()).toMatchObject({ stored: 0, dropped: 0, givenUp: 0 })
  } finally {
    vi.useRealTimers()
  }
  expect(await settle()).toMatchObject({ stored: 1 })
})
