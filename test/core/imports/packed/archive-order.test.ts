import { sql } from 'drizzle-orm'
import { expect, test } from 'vitest'
import { MAX_FAILURES } from '../../../../core/imports/states.ts'
import { HEADER, row } from '../../../support/contact-files.ts'
import { zipOf } from '../../../support/zip.ts'
import { openArchiveRoom, receiptOf } from './archive-room.ts'
import { failAt, mend } from './failing-entry.ts'

type Room = Awaited<ReturnType<typeof openArchiveRoom>>

const zip = (queue: string) => zipOf([{ name: 'calls.csv', bytes: HEADER + row('A', 'x', queue) }])

const ended = async (room: Room) => (await room.imports()).map(({ path, status }) => `${path} ${status}`)

test('what was completed after an archive stands, whatever its entries say', async () => {
  await using room = await openArchiveRoom()
  await room.send('/calls1.csv', HEADER + row('A', 'x', 'before'))
  await room.send('/night.zip', zip('of the archive'))
  await room.send('/calls2.csv', HEADER + row('A', 'x', 'after'))
  await room.run()
  expect(await ended(room)).toEqual([
    '/calls1.csv COMPLETED',
    '/night.zip COMPLETED',
    '/night.zip/calls.csv COMPLETED',
    '/calls2.csv COMPLETED',
  ])
  expect(await room.contacts()).toEqual([{ reference: 'A', queue: 'after' }])
})

test('an archive that fails is tried again before whatever came after it; versions of it stay in order', async () => {
  await using room = await openArchiveRoom()
  await room.send('/night.zip', zip('first'))
  await room.send('/night.zip', zip('second'))
  await room.send('/calls.csv', HEADER + row('B', 'x', 'after'))
  await failAt(room, '/night.zip/calls.csv')
  await room.run()
  expect(await ended(room)).toEqual(['/night.zip FAILED', '/night.zip QUEUED', '/calls.csv QUEUED'])
  await mend(room)
  room.later(3600)
  await room.run()
  expect(new Set((await room.imports()).map(({ status }) => status))).toEqual(new Set(['COMPLETED']))
  expect((await room.entries()).map(({ listed }) => listed)).toEqual([false, true])
  expect(await room.contacts()).toEqual([
    { reference: 'A', queue: 'second' },
    { reference: 'B', queue: 'after' },
  ])
})

test('a try that ended in the middle goes on: each entry is on record once, and none is read before all are', async () => {
  await using room = await openArchiveRoom()
  const names = Array.from({ length: 130 }, (_, index) => `calls${String(index).padStart(3, '0')}.csv`)
  const bytes = zipOf(names.map((name, index) => ({ name, bytes: HEADER + row(`R${index}`) })))
  await room.send('/night.zip', bytes)
  await failAt(room, '/night.zip/calls120.csv')
  await room.run()
  expect((await room.imports())[0]).toMatchObject({ status: 'FAILED', failures: 1 })
  expect((await room.entries()).length).toBe(100)
  expect(await room.contacts()).toEqual([])
  await mend(room)
  room.later(60)
  await room.run()
  expect((await room.entries()).map(({ path }) => path)).toEqual(names.map(name => `/night.zip/${name}`))
  expect((await room.contacts()).length).toBe(130)
  // The archive's, and one for each entry: a try's own are gone, but for those that a failed transaction had been given.
  const rows = await room.inTenant(tx => tx.execute(sql`select storage_key from vault_objects`))
  expect(rows.length).toBe(131)
  expect(room.objects()).toBeLessThanOrEqual(131 + 50)
})

test('what a try put on record and was renamed before the next is there once', async () => {
  await using room = await openArchiveRoom()
  const names = Array.from({ length: 60 }, (_, index) => `calls${String(index).padStart(3, '0')}.csv`)
  const calls = names.map((name, index) => ({ name, bytes: HEADER + row(`R${index}`) }))
  // Two of the same bytes are two files, of which one is renamed.
  const recordings = ['rec/a.wav', 'rec/b.wav'].map(name => ({ name, bytes: 'sound', method: 0 }))
  await room.send('/night.zip', zipOf([...recordings, ...calls]))
  await failAt(room, '/night.zip/calls055.csv')
  await room.run()
  await room.tree.makeFolder('/done')
  await room.tree.rename('/night.zip/rec/a.wav', '/done/a.wav', false)
  await mend(room)
  room.later(60)
  await room.run()
  expect((await room.imports())[0]).toMatchObject({ status: 'COMPLETED' })
  expect((await room.recordings()).map(({ path }) => path)).toEqual(['/done/a.wav', '/night.zip/rec/b.wav'])
  expect((await room.contacts()).length).toBe(60)
})

test('an archive that fails for good is set aside with a receipt, and holds up nobody any more', async () => {
  await using room = await openArchiveRoom()
  await room.send('/night.zip', zip('never'))
  await room.send('/calls.csv', HEADER + row('B', 'x', 'after'))
  await failAt(room, '/night.zip/calls.csv')
  for (let tries = 0; tries < MAX_FAILURES; tries++) {
    await room.run()
    room.later(3600)
  }
  await room.run()
  expect(await ended(room)).toEqual(['/night.zip FAILED', '/calls.csv COMPLETED'])
  expect((await room.imports())[0]?.setAsideAt).not.toBeNull()
  expect(receiptOf(await room.reports(), '/night.zip')).toMatchObject({ verdict: 'FAILED' })
  expect(await room.contacts()).toEqual([{ reference: 'B', queue: 'after' }])
})

test('a worker that is stopped gives an archive back, and leaves no object of it', async () => {
  await using room = await openArchiveRoom()
  await room.send(
    '/night.zip',
    zipOf(['calls1.csv', 'calls2.csv'].map(name => ({ name, bytes: HEADER + row(name) }))),
  )
  const before = room.objects()
  const stop = new AbortController()
  let written = 0
  const write: typeof room.vault.write = (...args) => {
    if (++written === 2) stop.abort(new Error('told to stop'))
    return room.vault.write(...args)
  }
  await room.run(stop.signal, { vault: { ...room.vault, write } })
  expect((await room.imports())[0]).toMatchObject({ status: 'QUEUED', claim: null, failures: 0 })
  expect([await room.entries(), room.objects()]).toEqual([[], before])
  await room.run()
  expect((await room.contacts()).length).toBe(2)
})

test('an archive of two thousand files is taken', { timeout: 300_000 }, async () => {
  await using room = await openArchiveRoom()
  const names = Array.from({ length: 2_000 }, (_, index) => `calls${index}.csv`)
  await room.send('/night.zip', zipOf(names.map(name => ({ name, bytes: HEADER + row(name) }))))
  await room.run()
  expect((await room.imports())[0]).toMatchObject({ status: 'COMPLETED' })
  while ((await room.imports()).some(({ status }) => status !== 'COMPLETED')) await room.run()
  expect((await room.contacts()).length).toBe(2_000)
})

test('there is room for the entries of an archive behind it', async () => {
  await using room = await openArchiveRoom()
  await room.send('/night.zip', zip('one'))
  await room.send('/calls.csv', HEADER + row('A'))
  const [archive, next] = await room.imports()
  expect((next?.ordinal ?? 0) - (archive?.ordinal ?? 0)).toBeGreaterThan(10_000)
})
