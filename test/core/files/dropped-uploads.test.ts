import { randomBytes } from 'node:crypto'
import { afterAll, expect, test } from 'vitest'
import { removeObjects } from '../../../core/vault/remove-objects.ts'
import { MiB, names, openTreeRoom, send } from './tree-room.ts'

const room = await openTreeRoom()
afterAll(() => room[Symbol.asyncDispose]())
const { tree } = room
await room.addTemplate('/*.csv')

test('an upload that is cut off is INCOMPLETE with why, keeps its durable parts, and imports nothing', async () => {
  const handle = await tree.openWrite('/cut.csv', 'replace')
  for (let at = 0; at < 12 * MiB; at += MiB) await handle.write(at, randomBytes(MiB))
  await handle.abort('The connection ended.')
  const file = (await room.files()).at(-1)
  expect(file).toMatchObject({ status: 'INCOMPLETE', size: 10 * MiB, listed: false })
  expect(file?.reason).toBe('The connection ended.')
  expect(await room.importsOf(file?.id ?? '')).toEqual([])
  expect(await room.uploads()).toMatchObject([{ state: 'OPEN', epoch: 1 }])
  await expect(handle.write(12 * MiB, randomBytes(1))).rejects.toThrow()
  await expect(handle.close()).rejects.toThrow()
})

test('its sender sees what of it is durable, everyone else the stored version or nothing', async () => {
  const other = room.treeOf(await room.addAccount())
  expect(await tree.stat('/cut.csv')).toMatchObject({ size: 10 * MiB })
  await expect(other.stat('/cut.csv')).rejects.toMatchObject({ code: 'NOT_FOUND' })
  expect(await names(other, '/')).not.toContain('/cut.csv')
  await send(other, '/cut.csv', 'stored')
  expect(await other.stat('/cut.csv')).toMatchObject({ size: 6 })
  const second = await tree.openWrite('/cut.csv', 'replace')
  await second.write(0, randomBytes(6 * MiB))
  await second.abort('again')
  expect(await tree.stat('/cut.csv')).toMatchObject({ size: 5 * MiB })
  expect(await other.stat('/cut.csv')).toMatchObject({ size: 6 })
  await expect(tree.openWrite('/cut.csv', 'append')).rejects.toMatchObject({
    code: 'CONFLICT',
    message: 'This upload cannot be gone on with; send the file again from its beginning.',
  })
})

test('a small one that never was on record is, once it is dropped', async () => {
  const handle = await tree.openWrite('/small.csv', 'replace')
  await handle.write(0, Buffer.from('a,b'))
  await handle.abort('The client went away.')
  expect((await room.files()).at(-1)).toMatchObject({
    path: '/small.csv',
    status: 'INCOMPLETE',
    size: 0,
    reason: 'The client went away.',
  })
})

test('a session of an older epoch can write no more, and its close fails', async () => {
  const handle = await tree.openWrite('/fenced.bin', 'replace')
  await handle.write(0, randomBytes(6 * MiB))
  await room.database.asTenant(room.tenantId, tx => tx.execute('update uploads set epoch = epoch + 1'))
  await expect(handle.write(6 * MiB, randomBytes(MiB)).then(() => handle.close())).rejects.toMatchObject({
    code: 'CONFLICT',
  })
  expect((await room.files()).at(-1)?.status).toBe('INCOMPLETE')
})

test('removed by its sender it is given up: key gone at once, bytes by the job', async () => {
  const before = room.bucket.uploads.size
  const file = (await room.files()).find(row => row.path === '/fenced.bin')
  await tree.remove('/fenced.bin')
  const given = (await room.files()).find(row => row.id === file?.id)
  expect(given).toMatchObject({ status: 'DELETED', path: file?.id, objectId: null })
  await expect(tree.stat('/fenced.bin')).rejects.toMatchObject({ code: 'NOT_FOUND' })
  expect(await removeObjects(room.database, room.bucket, room.tenantId)).toBe(1)
  expect(room.bucket.uploads.size).toBe(before - 1)
  expect(await removeObjects(room.database, room.bucket, room.tenantId)).toBe(0)
})

test('nothing went wrong unseen', () => {
  expect(room.warnings).toEqual([])
  expect(room.vault.buffers.usedBytes).toBe(0)
})
