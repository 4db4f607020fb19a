import { createHash } from 'node:crypto'
import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { FileTree } from '../../../core/files/file-tree.ts'
import { bury } from '../../../core/retention/tombstones.ts'
import { openProblems } from '../../../core/tenants/open-problems.ts'
import { removeObjects } from '../../../core/vault/remove-objects.ts'
import { tables } from '../../../db/db.ts'
import { fetchFile, MiB, names, openTreeRoom, send } from './tree-room.ts'

const { imports, objectRemovals, recordings, tombstones, vaultObjects } = tables

let room: Awaited<ReturnType<typeof openTreeRoom>>
beforeAll(async () => {
  room = await openTreeRoom()
  await room.addTemplate('/in/*.csv')
  await room.tree.makeFolder('/in')
  await room.tree.makeFolder('/rec')
})
afterAll(async () => room[Symbol.asyncDispose]())
beforeEach(() => expect(room.warnings).toEqual([]))

let number = 0
/** A name that no other test has. */
const fresh = (folder: string, ending: string) => `${folder}/${++number}.${ending}`

const remember = async (path: string, body: Buffer | string, at?: Date) => {
  const hashes = await room.vault.hashes.of(room.tenantId)
  const hash = hashes.file(path, createHash('sha256').update(body).digest())
  await room.database.asTenant(room.tenantId, tx => bury(tx, room.tenantId, 'FILE', [hash], at))
  return hash
}
const filesAt = async (path: string) => (await room.files()).filter(file => file.path === path)
const counts = () =>
  room.database.asTenant(room.tenantId, async tx => ({
    objects: await tx.$count(vaultObjects),
    removals: await tx.$count(objectRemovals),
    imports: await tx.$count(imports),
    recordings: await tx.$count(recordings),
  }))

/** CLOSE answered OK, and nothing of the file is there but that it came. */
const expectDiscarded = async (path: string, size: number, before: Awaited<ReturnType<typeof counts>>) => {
  const [file, ...more] = (await filesAt(path)).filter(each => each.status === 'DISCARDED')
  expect(more).toEqual([])
  expect(file).toMatchObject({ status: 'DISCARDED', listed: false, objectId: null, size, receiptDue: true })
  expect(file?.storedAt).toBeInstanceOf(Date)
  const { objects, removals, ...made } = await counts()
  const { objects: _, removals: removalsBefore, ...madeBefore } = before
  expect(made).toEqual(madeBefore)
  expect(removals).toBe(removalsBefore + 1)
  expect(objects).toBe(before.objects)
}

test.each([
  ['a contact file', '/in', 'csv', 'ref,agent\n'],
  ['a recording', '/rec', 'wav', 'RIFF and so on'],
  ['what nothing is made of', '/rec', 'txt', 'read me'],
  ['an empty file', '/rec', 'log', ''],
  ['a file of several parts', '/rec', 'wav', Buffer.alloc(12 * MiB, 'x')],
])(
  '%s that was deleted on purpose and is sent again is dropped, and its memory renewed',
  async (_, folder, ending, body) => {
    const path = fresh(folder, ending)
    const hash = await remember(path, body, new Date('2020-01-01T00:00:00Z'))
    const before = await counts()
    await send(room.tree, path, body)
    await expectDiscarded(path, Buffer.byteLength(body), before)
    expect(await names(room.tree, folder)).not.toContain(path)
    const [memory] = await room.database.asTenant(room.tenantId, tx =>
      tx.select().from(tombstones).where(eq(tombstones.hash, hash)),
    )
    expect(Date.now() - (memory?.seenAt.getTime() ?? 0)).toBeLessThan(60_000)
    await removeObjects(room.database, room.bucket, room.tenantId)
    expect((await counts()).removals).toBe(0)
    await expect(room.tree.openRead(path)).rejects.toMatchObject({ code: 'NOT_FOUND' })
  },
)

test.each([
  ['other bytes', (path: string) => [path, 'other bytes'] as const],
  ['another name', (path: string) => [`${path}.wav`, 'bytes'] as const],
])('with %s it is a file like any other', async (_, change) => {
  const path = fresh('/rec', 'wav')
  await remember(path, 'bytes')
  const [to, body] = change(path)
  await send(room.tree, to, body)
  expect((await filesAt(to))[0]).toMatchObject({ status: 'STORED', listed: true })
})

test("another tenant's memory drops nothing", async () => {
  const path = fresh('/rec', 'wav')
  await remember(path, 'bytes')
  const tenantId = await room.createTenant()
  const tree = room.treeOf(await room.addAccount(tenantId))
  await send(tree, '/a.wav', 'bytes')
  await tree.makeFolder('/rec')
  await send(tree, path, 'bytes')
  expect(await names(tree, '/rec')).toEqual([path])
})

/** As clients look after an upload, and what others see meanwhile. */
const look = async (tree: FileTree, path: string) => {
  const { size, modified } = await tree.stat(path)
  return { size, modified }
}

test('its sender finds it under its name, with size and time, for the checks that clients make; nobody else does', async () => {
  const path = fresh('/rec', 'wav')
  const modified = new Date('2024-02-29T01:02:03Z')
  await remember(path, 'bytes')
  await send(room.tree, path, 'bytes')
  expect((await look(room.tree, path)).size).toBe(5)
  await room.tree.setModified(path, modified)
  expect(await look(room.tree, path)).toEqual({ size: 5, modified })
  const sameAccount = room.treeOf(room.account)
  expect(await look(sameAccount, path)).toEqual({ size: 5, modified })
  expect(await names(sameAccount, '/rec')).not.toContain(path)
  const other = room.treeOf(await room.addAccount())
  await expect(other.stat(path)).rejects.toMatchObject({ code: 'NOT_FOUND' })
  await room.database.asTenant(room.tenantId, tx =>
    tx
      .update(tables.uploadedFiles)
      .set({ storedAt: new Date(Date.now() - 11 * 60_000) })
      .where(eq(tables.uploadedFiles.path, path)),
  )
  await expect(room.tree.stat(path)).rejects.toMatchObject({ code: 'NOT_FOUND' })
})

test('what the path lists stays listed', async () => {
  const path = fresh('/rec', 'txt')
  await remember(path, 'deleted before')
  await send(room.tree, path, 'newer')
  await send(room.tree, path, 'deleted before')
  const other = room.treeOf(await room.addAccount())
  expect((await other.stat(path)).size).toBe(5)
  expect((await fetchFile(room.tree, path)).toString()).toBe('newer')
  expect((await room.tree.stat(path)).size).toBe(14)
  expect((await room.tree.list('/rec')).find(entry => entry.path === path)?.size).toBe(5)
})

test.each(['filepart', 'part', 'tmp', 'partial'])(
  'out of a temporary name (.%s) it is known by its real one',
  async ending => {
    const path = fresh('/in', 'csv')
    await remember(path, 'ref,agent\n')
    const before = await counts()
    await send(room.tree, `${path}.${ending}`, 'ref,agent\n')
    expect((await filesAt(`${path}.${ending}`))[0]).toMatchObject({
      status: 'WAITING_FOR_RENAME',
      listed: true,
    })
    await room.tree.rename(`${path}.${ending}`, path, true)
    await expectDiscarded(path, 10, before)
    expect(await names(room.tree, '/in')).not.toContain(path)
    expect((await room.tree.stat(path)).size).toBe(10)
    await expect(room.tree.stat(`${path}.${ending}`)).rejects.toMatchObject({ code: 'NOT_FOUND' })
  },
)

test('renamed over a version that is listed, it drops out and leaves that version listed', async () => {
  const path = fresh('/in', 'csv')
  await remember(path, 'deleted before')
  await send(room.tree, path, 'newer')
  await send(room.tree, `${path}.part`, 'deleted before')
  await expect(room.tree.rename(`${path}.part`, path, false)).rejects.toMatchObject({ code: 'CONFLICT' })
  await room.tree.rename(`${path}.part`, path, true)
  expect((await fetchFile(room.tree, path)).toString()).toBe('newer')
})

test('a file that nothing was made of is known once a template reads its new name, alone or with its folder', async () => {
  const path = fresh('/in', 'csv')
  await remember(path, 'rows')
  await send(room.tree, `/rec/${number}.ready`, 'rows')
  await room.tree.rename(`/rec/${number}.ready`, path, false)
  expect((await filesAt(path))[0]).toMatchObject({ status: 'DISCARDED' })
  await room.addTemplate('/night/*.csv')
  await remember('/night/a.csv', 'rows')
  await room.tree.makeFolder('/upload')
  await send(room.tree, '/upload/a.csv', 'rows')
  await send(room.tree, '/upload/b.csv', 'rows')
  await room.tree.rename('/upload', '/night', false)
  expect(await names(room.tree, '/night')).toEqual(['/night/b.csv'])
  expect((await filesAt('/night/a.csv'))[0]).toMatchObject({ status: 'DISCARDED', objectId: null })
})

test('what is something already is only renamed: a recording that is there is never dropped for its new name', async () => {
  const path = fresh('/rec', 'wav')
  await remember(path, 'bytes')
  await send(room.tree, `/rec/${number}-new.wav`, 'bytes')
  await room.tree.rename(`/rec/${number}-new.wav`, path, false)
  expect((await filesAt(path))[0]).toMatchObject({ status: 'STORED', listed: true, kind: 'RECORDING' })
  expect((await fetchFile(room.tree, path)).toString()).toBe('bytes')
})

test('an upload that broke off is made good by the whole file, also when that is dropped', async () => {
  const path = fresh('/rec', 'wav')
  const open = () =>
    room.database
      .asTenant(room.tenantId, tx => openProblems(tx, room.tenantId, new Date()))
      .then(problems =>
        problems.filter(problem => problem.details?.['path'] === path).map(({ code }) => code),
      )
  const half = await room.tree.openWrite(path, 'replace')
  await half.write(0, Buffer.from('by'))
  await half.abort('The connection was lost.')
  expect(await open()).toEqual(['UPLOAD_INCOMPLETE'])
  await remember(path, 'bytes')
  await send(room.tree, path, 'bytes')
  expect(await open()).toEqual([])
})

test('a hundred at once, each of them twice, are all dropped', async () => {
  const paths = Array.from({ length: 100 }, () => fresh('/rec', 'wav'))
  for (const path of paths) await remember(path, 'bytes')
  const sessions = Array.from({ length: 4 }, () => room.treeOf(room.account))
  await Promise.all(
    sessions.map(async (tree, turn) => {
      for (const [index, path] of paths.entries()) if (index % 2 === turn % 2) await send(tree, path, 'bytes')
    }),
  )
  const files = (await room.files()).filter(file => paths.includes(file.path))
  expect(files.length).toBe(200)
  expect(files.every(file => file.status === 'DISCARDED' && file.objectId === null)).toBe(true)
})
