import { expect, test } from 'vitest'
import { IMPORTS_CHANNEL } from '../../../core/imports/notify.ts'
import { HEADER, row, rows } from '../../support/contact-files.ts'
import { openImportRoom } from './import-room.ts'

test('an import is heard of when it starts, a few times a second while it runs, and when it has ended', async () => {
  await using room = await openImportRoom()
  const heard: { at: number; status: string; rowsRead: number }[] = []
  const reading: Promise<unknown>[] = []
  const listening = await room.database.plain.listen(IMPORTS_CHANNEL, payload => {
    const [tenantId, id] = payload.split(':')
    if (tenantId !== room.tenantId || !id) return
    const at = performance.now()
    reading.push(
      (async () => {
        const { status, rowsRead } = await room.import(id)
        const [running] = await room.progress()
        heard.push({ at, status, rowsRead: status === 'RUNNING' ? (running?.rowsRead ?? 0) : rowsRead })
      })(),
    )
  })
  await room.upload('/a.csv', HEADER + rows(1, 120_000))
  const began = performance.now()
  await room.run()
  const seconds = (performance.now() - began) / 1_000
  await new Promise(resolve => setTimeout(resolve, 200))
  await Promise.all(reading)
  await listening.unlisten()
  expect(heard[0]).toMatchObject({ status: 'RUNNING', rowsRead: 0 })
  expect(heard.at(-1)).toMatchObject({ status: 'COMPLETED', rowsRead: 120_000 })
  const between = heard.filter(each => each.status === 'RUNNING' && each.rowsRead > 0)
  expect(between.length).toBeGreaterThan(0)
  expect(heard.length, 'start, connection, end, and at most three a second').toBeLessThan(seconds * 3 + 5)
})

test('a large file is merged in several chunks that add up, and what comes again in a later one is updated', async () => {
  await using room = await openImportRoom()
  const body = HEADER + rows(1, 60_000) + row('R5', 'diane', 'changed') + rows(1, 3)
  const id = await room.upload('/a.csv', body)
  await room.run()
  expect(await room.import(id)).toMatchObject({
    rowsRead: 60_004,
    created: 60_000,
    updated: 1,
    unchanged: 3,
    rejected: 0,
  })
})
