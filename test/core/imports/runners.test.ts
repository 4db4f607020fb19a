import { expect, test } from 'vitest'
import { recoverImports } from '../../../core/imports/recover.ts'
import { openLog } from '../../../core/log.ts'
import { HEADER, row, rows } from '../../support/contact-files.ts'
import { openImportRoom } from './import-room.ts'

test('two workers at once: every import runs once, in the order of its files', async () => {
  await using room = await openImportRoom()
  const ids: string[] = []
  for (let file = 0; file < 10; file++)
    ids.push(await room.upload(`/f${file}.csv`, HEADER + row('A', 'x', `q${file}`)))
  const never = new AbortController().signal
  for (let turn = 0; turn < 30; turn++) {
    const runs = ['pool-one', 'pool-two'].map(workerId => room.run(never, { workerId, running: new Set() }))
    await Promise.all(runs)
    room.later(10)
  }
  const imports = await Promise.all(ids.map(id => room.import(id)))
  expect(imports.map(each => each.status)).toEqual(ids.map(() => 'COMPLETED'))
  expect(imports.map(each => each.created + each.updated)).toEqual(ids.map(() => 1))
  expect((await room.contacts()).map(each => each.queue)).toEqual(['q9'])
  expect(await room.progress()).toEqual([])
})

test('a worker that is stopped gives its import back: nothing is kept and nothing counts as failed', async () => {
  await using room = await openImportRoom()
  const id = await room.upload('/a.csv', HEADER + rows(1, 30_000))
  const stop = new AbortController()
  const run = room.run(stop.signal)
  while ((await room.progress())[0]?.backendPid == null) await new Promise(resolve => setTimeout(resolve, 5))
  stop.abort()
  const began = Date.now()
  await run
  expect(Date.now() - began, 'milliseconds to stop').toBeLessThan(3_000)
  expect(await room.import(id)).toMatchObject({ status: 'QUEUED', claim: null, failures: 0, startedAt: null })
  expect(await room.contacts()).toEqual([])
  expect(await room.progress()).toEqual([])
  await room.run()
  expect(await room.import(id)).toMatchObject({ status: 'COMPLETED', created: 30_000 })
})

test('an import whose worker is on no record waits again, and its old connection is ended', async () => {
  await using room = await openImportRoom()
  const id = await room.upload('/a.csv', HEADER + rows(1, 30_000))
  const run = room.run()
  while ((await room.progress())[0]?.backendPid == null) await new Promise(resolve => setTimeout(resolve, 5))
  expect(await recoverImports(room.database, openLog('test', 'silent'))).toBe(1)
  await run
  expect(await room.import(id), 'the old try may not even count a failure').toMatchObject({
    status: 'QUEUED',
    failures: 0,
  })
  await room.run()
  expect(await room.import(id)).toMatchObject({ status: 'COMPLETED', created: 30_000 })
})
