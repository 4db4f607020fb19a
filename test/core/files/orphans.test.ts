import { randomBytes } from 'node:crypto'
import { afterAll, expect, test } from 'vitest'
import { removeOrphans } from '../../../core/vault/remove-orphans.ts'
import { fetchFile, MiB, openTreeRoom, send } from './tree-room.ts'

const room = await openTreeRoom()
afterAll(() => room[Symbol.asyncDispose]())
const { tree, database, bucket } = room
const later = (days: number) => new Date(Date.now() + days * 24 * 3_600_000)

test('bytes that no row knows are removed after days; stored files and open uploads stay', async () => {
  await send(tree, '/kept.csv', 'kept')
  const open = await tree.openWrite('/open.bin', 'replace')
  await open.write(0, randomBytes(6 * MiB))
  await expect.poll(() => bucket.uploads.size).toBe(1)
  await bucket.put('objects/0123', Buffer.from('put, and then killed'))
  await bucket.beginParts('objects/4567')
  await bucket.put('elsewhere/89ab', Buffer.from('not the vault’s'))

  expect(await removeOrphans({ database, bucket, now: later(1) })).toEqual({ objects: 0, uploads: 0 })
  expect(await removeOrphans({ database, bucket, now: later(29) })).toEqual({ objects: 0, uploads: 1 })
  expect(await removeOrphans({ database, bucket, now: later(31) })).toEqual({ objects: 1, uploads: 0 })
  expect(await removeOrphans({ database, bucket, now: later(31) })).toEqual({ objects: 0, uploads: 0 })

  await open.close()
  expect((await fetchFile(tree, '/kept.csv')).toString()).toBe('kept')
  expect((await fetchFile(tree, '/open.bin')).length).toBe(6 * MiB)
  expect(bucket.objects.has('elsewhere/89ab')).toBe(true)
})
