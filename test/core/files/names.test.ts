import { randomBytes } from 'node:crypto'
import { eq, sql } from 'drizzle-orm'
import { afterAll, expect, test } from 'vitest'
import { arrive } from '../../../core/files/arrive.ts'
import { importJob } from '../../../core/imports/states.ts'
import type { Tx } from '../../../db/db.ts'
import { enqueue, tables } from '../../../db/db.ts'
import { fetchFile, MiB, names, openTreeRoom, send } from './tree-room.ts'

const room = await openTreeRoom()
afterAll(() => room[Symbol.asyncDispose]())
const { tree } = room
await room.addTemplate('/in/*.csv')
await tree.makeFolder('/in')
const fileAt = async (path: string) => (await room.files()).find(file => file.path === path && file.listed)

test.each(['.filepart', '.part', '.tmp', '.partial'])(
  'a name that ends in %s waits for its rename',
  async ending => {
    const temporary = `/in/night${ending}.csv${ending}`
    const final = `/in/night${ending}.csv`
    await send(tree, temporary, 'a,b')
    const waiting = await fileAt(temporary)
    expect(waiting?.status).toBe('WAITING_FOR_RENAME')
    expect(await room.importsOf(waiting?.id ?? '')).toEqual([])
    await tree.rename(temporary, final, false)
    expect(await fileAt(final)).toMatchObject({ id: waiting?.id, status: 'STORED', kind: 'CONTACTS' })
    expect(await room.importsOf(waiting?.id ?? '')).toHaveLength(1)
  },
)

test('a dot file waits too', async () => {
  await send(tree, '/in/.calls.csv', 'a')
  expect((await fileAt('/in/.calls.csv'))?.status).toBe('WAITING_FOR_RENAME')
})

test('a rename into a pattern imports once, out of it and in again never a second time', async () => {
  await send(tree, '/late.csv', 'a,b')
  const file = await fileAt('/late.csv')
  expect(file?.kind).toBe('OTHER')
  await tree.rename('/late.csv', '/in/late.csv', false)
  await tree.rename('/in/late.csv', '/late.csv', false)
  await tree.rename('/late.csv', '/in/late.csv', false)
  expect(await room.importsOf(file?.id ?? '')).toHaveLength(1)
  expect((await fileAt('/in/late.csv'))?.kind).toBe('CONTACTS')
})

test('a rename onto itself changes nothing', async () => {
  const before = await room.files()
  await tree.rename('/in/late.csv', '/in/late.csv', true)
  await tree.rename('/in', '/in', true)
  expect(await room.files()).toEqual(before)
})

test('onto a name that is taken only when asked to; the other version stays in history', async () => {
  await send(tree, '/in/taken.csv', 'old')
  await send(tree, '/in/new.csv.tmp', 'new!')
  const old = await fileAt('/in/taken.csv')
  await expect(tree.rename('/in/new.csv.tmp', '/in/taken.csv', false)).rejects.toMatchObject({
    code: 'CONFLICT',
  })
  await tree.rename('/in/new.csv.tmp', '/in/taken.csv', true)
  expect((await fetchFile(tree, '/in/taken.csv')).toString()).toBe('new!')
  expect((await room.files()).find(file => file.id === old?.id)).toMatchObject({
    listed: false,
    status: 'STORED',
  })
})

test('remove takes off the listing and destroys nothing', async () => {
  const file = await fileAt('/in/taken.csv')
  await tree.remove('/in/taken.csv')
  await expect(tree.stat('/in/taken.csv')).rejects.toMatchObject({ code: 'NOT_FOUND' })
  expect(await names(tree, '/in')).not.toContain('/in/taken.csv')
  expect((await room.files()).find(row => row.id === file?.id)).toMatchObject({
    status: 'STORED',
    objectId: file?.objectId,
  })
  await expect(tree.remove('/in/taken.csv')).rejects.toMatchObject({ code: 'NOT_FOUND' })
})

test('folders are made, listed, renamed with all in them, and removed when empty', async () => {
  await tree.makeFolder('/out')
  await tree.makeFolder('/out/deep')
  await tree.makeFolder('/out-side')
  await send(tree, '/out/a.csv', '1')
  await send(tree, '/out/deep/ü😀.wav', '2')
  await expect(tree.makeFolder('/out')).rejects.toMatchObject({ code: 'CONFLICT' })
  await expect(tree.makeFolder('/none/such')).rejects.toMatchObject({ code: 'NOT_FOUND' })
  await expect(tree.removeFolder('/out')).rejects.toMatchObject({ code: 'CONFLICT' })
  await expect(tree.rename('/out', '/out/deep/er', false)).rejects.toMatchObject({ code: 'CONFLICT' })
  await expect(tree.rename('/out', '/in', true)).rejects.toMatchObject({ code: 'CONFLICT' })
  await tree.rename('/out', '/moved', false)
  expect(await names(tree, '/moved')).toEqual(['/moved/a.csv', '/moved/deep'])
  expect(await names(tree, '/moved/deep')).toEqual(['/moved/deep/ü😀.wav'])
  expect(await names(tree, '/')).toContain('/out-side')
  await tree.removeFolder('/out-side')
  expect(await names(tree, '/')).toEqual(['/in', '/moved', '/reports'])
  await expect(tree.openWrite('/out/b.csv', 'replace')).rejects.toMatchObject({ code: 'NOT_FOUND' })
  await expect(tree.openWrite('/moved', 'replace')).rejects.toMatchObject({ code: 'CONFLICT' })
})

test('a folder renamed into a pattern imports its files, once', async () => {
  const file = await fileAt('/moved/a.csv')
  await tree.rename('/in', '/before', false)
  await tree.rename('/moved', '/in', false)
  expect(await room.importsOf(file?.id ?? '')).toHaveLength(1)
})

test('the root and the reports, which nobody made, are as old as the tenant', async () => {
  const { createdAt } =
    (await room.database.asTenant(room.tenantId, tx => tx.select().from(tables.tenants)))[0] ?? {}
  expect(await tree.stat('/')).toMatchObject({ kind: 'folder', modified: createdAt })
  expect(await tree.stat('/reports')).toMatchObject({ kind: 'folder', modified: createdAt, readOnly: true })
})

test('reports are read-only, in folders of their own', async () => {
  const [file] = await room.files()
  await room.database.asTenant(room.tenantId, tx =>
    tx.insert(tables.reports).values(
      ['/reports/in/calls.csv.OK.json', '/reports/top.REFUSED.txt'].map(path => ({
        tenantId: room.tenantId,
        path,
        fileId: file?.id ?? '',
        size: 4,
        body: Buffer.from('fine'),
      })),
    ),
  )
  expect(await names(tree, '/reports')).toEqual(['/reports/in', '/reports/top.REFUSED.txt'])
  expect(await tree.list('/reports/in')).toMatchObject([{ kind: 'file', size: 4, readOnly: true }])
  expect((await fetchFile(tree, '/reports/in/calls.csv.OK.json')).toString()).toBe('fine')
  const refused = [
    () => tree.remove('/reports/top.REFUSED.txt'),
    () => tree.openWrite('/reports/x', 'replace'),
    () => tree.makeFolder('/reports/x'),
    () => tree.rename('/in', '/reports/in', true),
    () => tree.removeFolder('/reports/in'),
    () => tree.setModified('/reports/top.REFUSED.txt', new Date()),
  ]
  for (const one of refused) await expect(one()).rejects.toMatchObject({ code: 'FORBIDDEN' })
  await expect(tree.list('/reports/none')).rejects.toMatchObject({ code: 'NOT_FOUND' })
})

test('names in either Unicode form are one name; what is no path is refused', async () => {
  await send(tree, '/in/Mu\u0308ller.wav', 'x')
  expect((await tree.stat('/in/M\u00fcller.wav')).size).toBe(1)
  for (const path of ['/a/../b', 'a', '/a//b', '/a\u0000', '/a/']) {
    await expect(tree.openWrite(path, 'replace')).rejects.toMatchObject({ code: 'BAD_INPUT' })
  }
  await expect(tree.openWrite(`/${'x'.repeat(256)}`, 'replace')).rejects.toMatchObject({ code: 'LIMITED' })
})

test('a folder that is renamed while a file is on its way into it is there again with the file', async () => {
  await tree.makeFolder('/moving')
  await tree.makeFolder('/moving/deep')
  for (const size of [10, 6 * MiB]) {
    const handle = await tree.openWrite('/moving/deep/x.bin', 'replace')
    await handle.write(0, randomBytes(size))
    await room.treeOf(room.account).rename('/moving', `/moved-${size}`, false)
    await handle.close()
    expect(await names(tree, '/moving/deep')).toEqual(['/moving/deep/x.bin'])
  }
})

test('two uploads of one name at once are two versions, one of them listed', async () => {
  const other = room.treeOf(await room.addAccount())
  await Promise.all([send(tree, '/in/both.csv', 'one'), send(other, '/in/both.csv', 'two')])
  const versions = (await room.files()).filter(file => file.path === '/in/both.csv')
  expect(versions.filter(file => file.listed)).toHaveLength(1)
  expect(versions).toHaveLength(2)
})

test('another tenant sees none of it', async () => {
  const stranger = room.treeOf(await room.addAccount(await room.createTenant()))
  expect(await names(stranger, '/')).toEqual(['/reports'])
  await expect(stranger.openRead('/in/both.csv')).rejects.toMatchObject({ code: 'NOT_FOUND' })
})

test('a file destroyed while it is being read ends there', async () => {
  await send(tree, '/in/gone.bin', randomBytes(3 * MiB))
  const file = await fileAt('/in/gone.bin')
  const handle = await tree.openRead('/in/gone.bin')
  expect((await handle.read(0, 100)).length).toBe(100)
  await room.database.asTenant(room.tenantId, tx =>
    tx.delete(tables.vaultObjects).where(eq(tables.vaultObjects.id, file?.objectId ?? sql`null`)),
  )
  await expect(handle.read(2 * MiB, 100)).rejects.toMatchObject({ code: 'NOT_FOUND' })
})

test('a recording renamed into a pattern is imported once, and stays a recording by any other name', async () => {
  await send(tree, '/calls.wav', 'a,b')
  const file = await fileAt('/calls.wav')
  expect(file?.kind).toBe('RECORDING')
  await tree.rename('/calls.wav', '/calls.old', false)
  expect((await fileAt('/calls.old'))?.kind).toBe('RECORDING')
  await tree.rename('/calls.old', '/in/calls-of-wav.csv', false)
  await tree.rename('/in/calls-of-wav.csv', '/calls.wav', false)
  await tree.rename('/calls.wav', '/in/calls-of-wav.csv', false)
  expect(await room.importsOf(file?.id ?? '')).toHaveLength(1)
  expect((await fileAt('/in/calls-of-wav.csv'))?.kind).toBe('CONTACTS')
})

test.each([10, 6 * MiB])('a file of %i bytes is no file where a folder was made meanwhile', async size => {
  const path = `/in/both-${size}`
  const handle = await tree.openWrite(path, 'replace')
  await handle.write(0, randomBytes(size))
  await tree.makeFolder(path)
  await expect(handle.close()).rejects.toMatchObject({ code: 'CONFLICT' })
  expect(await fileAt(path)).toBeUndefined()
})

test('nothing is stored in what has become a file', async () => {
  await tree.makeFolder('/in/was-folder')
  const other = room.treeOf(await room.addAccount())
  const handle = await tree.openWrite('/in/was-folder/x.bin', 'replace')
  await handle.write(0, Buffer.from('x'))
  await other.removeFolder('/in/was-folder')
  await send(other, '/in/was-folder', 'a file')
  await expect(handle.close()).rejects.toMatchObject({ code: 'CONFLICT' })
  expect((await other.stat('/in/was-folder')).kind).toBe('file')
})

test('ordinals follow commits: nobody takes one while another has the tenant’s job', async () => {
  const { tenantId, database } = room
  const made: string[] = []
  const begun = Promise.withResolvers<void>()
  const held = Promise.withResolvers<void>()
  const store = (path: string, before: (tx: Tx) => Promise<void>) =>
    database.asTenant(tenantId, async tx => {
      await before(tx)
      const id = crypto.randomUUID()
      await tx
        .insert(tables.uploadedFiles)
        .values({ id, tenantId, path, kind: 'OTHER', status: 'STORED', listed: true })
      await arrive(tx, tenantId, [{ id, path }])
      made.push(id)
    })
  const first = store('/in/order-1.csv', async tx => {
    await enqueue(tx, 'run-imports', { tenantId }, importJob(tenantId))
    begun.resolve()
    await held.promise
  })
  await begun.promise
  const second = store('/in/order-2.csv', async () => undefined)
  await new Promise(resolve => setTimeout(resolve, 300))
  expect(made, 'the second waits for the first').toEqual([])
  held.resolve()
  await Promise.all([first, second])
  const ordinals = await Promise.all(made.map(async id => (await room.importsOf(id))[0]?.ordinal ?? 0))
  expect(ordinals).toEqual(ordinals.toSorted((a, b) => a - b))
})
