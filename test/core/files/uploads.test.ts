import { createHash, randomBytes } from 'node:crypto'
import { afterAll, expect, test } from 'vitest'
import { downloadFile } from '../../../core/files/download.ts'
import { fetchFile, MiB, names, openTreeRoom, send } from './tree-room.ts'

const room = await openTreeRoom()
afterAll(() => room[Symbol.asyncDispose]())
const { tree } = room
await room.addTemplate('/*.csv')

test.each([0, 10, MiB, 5 * MiB, 12 * MiB + 3])('a file of %i bytes is stored and read back', async size => {
  const bytes = randomBytes(size)
  await send(tree, '/back.bin', bytes)
  expect((await tree.stat('/back.bin')).size).toBe(size)
  expect((await fetchFile(tree, '/back.bin')).equals(bytes)).toBe(true)
  const file = (await room.files()).at(-1)
  expect(file).toMatchObject({ status: 'STORED', kind: 'OTHER', listed: true, size })
  const download = await downloadFile(room.database, room.vault, room.tenantId, file?.id ?? '')
  expect(download).toMatchObject({ name: 'back.bin', size })
  expect(download.sha256).toBe(createHash('sha256').update(bytes).digest('hex'))
  const [start, end] = [Math.floor(size / 3), Math.floor(size / 2)]
  const part = await new Response(download.stream(start, end)).bytes()
  expect(Buffer.from(part).equals(bytes.subarray(start, end))).toBe(true)
  expect(await room.uploads()).toEqual([])
})

test('a CSV that a template reads is an import with its job; a recording is one; anything else is told in a receipt', async () => {
  await send(tree, '/calls.csv', 'a,b\n1,2\n')
  await tree.makeFolder('/elsewhere')
  await send(tree, '/elsewhere/calls.csv', 'a,b\n1,2\n')
  await send(tree, '/elsewhere/a.WAV', 'RIFF')
  const [calls, other, recording] = (await room.files()).slice(-3)
  expect([calls?.kind, other?.kind, recording?.kind]).toEqual(['CONTACTS', 'OTHER', 'RECORDING'])
  expect(await room.importsOf(calls?.id ?? '')).toMatchObject([{ status: 'QUEUED', templateId: null }])
  expect(await room.importsOf(other?.id ?? '')).toEqual([])
})

test('what is being sent shows its size, and the time that its sender set stays', async () => {
  const handle = await tree.openWrite('/slow.bin', 'replace')
  await handle.write(0, randomBytes(1000))
  expect(await tree.stat('/slow.bin')).toMatchObject({ size: 1000, kind: 'file' })
  expect(await names(tree, '/')).toContain('/slow.bin')
  const modified = new Date('2020-02-02T02:02:02Z')
  handle.setModified(modified)
  await handle.close()
  expect(await tree.stat('/slow.bin')).toMatchObject({ size: 1000, modified })
  const later = new Date('2021-02-02T02:02:02Z')
  await tree.setModified('/slow.bin', later)
  expect(await tree.stat('/slow.bin')).toMatchObject({ modified: later })
})

test('a name used again is a new version; the old one leaves the listing and stays', async () => {
  await send(tree, '/again.csv', 'one')
  await send(tree, '/again.csv', 'two!')
  expect((await tree.list('/')).filter(entry => entry.name === 'again.csv')).toMatchObject([{ size: 4 }])
  const versions = (await room.files()).filter(file => file.path === '/again.csv')
  expect(versions.map(file => [file.listed, file.status])).toEqual([
    [false, 'STORED'],
    [true, 'STORED'],
  ])
  for (const version of versions) expect(await room.importsOf(version.id)).toHaveLength(1)
  await expect(tree.openWrite('/again.csv', 'exclusive')).rejects.toMatchObject({ code: 'CONFLICT' })
})

test('a stored file is added to by nobody; one that is not there or empty is begun', async () => {
  await send(tree, '/whole.csv', 'one')
  await expect(tree.openWrite('/whole.csv', 'append')).rejects.toMatchObject({
    code: 'CONFLICT',
    message: 'A stored file cannot be added to; send the whole file again: it becomes a new version.',
  })
  expect(await fetchFile(tree, '/whole.csv')).toEqual(Buffer.from('one'))
  for (const body of ['', 'begun']) {
    const handle = await tree.openWrite('/begun.csv', 'append')
    await handle.write(0, Buffer.from(body))
    await handle.close()
    expect(await fetchFile(tree, '/begun.csv')).toEqual(Buffer.from(body))
  }
})

test('a store that is away fails the close, keeps nothing, and the file can be sent again', async () => {
  room.bucket.before = op => {
    if (op === 'put') throw new Error('the store is away')
  }
  await expect(send(tree, '/away.csv', 'a')).rejects.toThrow('the store is away')
  room.bucket.before = () => undefined
  const failed = (await room.files()).at(-1)
  expect(failed).toMatchObject({ path: '/away.csv', status: 'INCOMPLETE', listed: false })
  expect(failed?.reason).toContain('send it again')
  await send(tree, '/away.csv', 'abc')
  expect((await tree.stat('/away.csv')).size).toBe(3)
})

test('a file larger than its account may send is refused with words', async () => {
  const small = room.treeOf({ ...room.account, maxFileBytes: 100 })
  const handle = await small.openWrite('/large.bin', 'replace')
  await expect(handle.write(90, randomBytes(20))).rejects.toMatchObject({ code: 'LIMITED' })
  await expect(handle.close()).rejects.toMatchObject({ code: 'LIMITED' })
})

test('nothing went wrong unseen', () => {
  expect(room.warnings).toEqual([])
  expect(room.vault.buffers.usedBytes).toBe(0)
})
