import { expect, test } from 'vitest'
import { HEADER, row, rows, smallTemplate } from '../../support/contact-files.ts'
import { openImportRoom } from './import-room.ts'

const bad = (ref: string) => `${ref},diane,never,sales,1\n`

test.each([
  ['EMPTY', ''],
  ['NO_ROWS', HEADER],
  ['HEADER_MISMATCH', `ref,at,agent,queue,seconds\n${row('A')}`],
  ['DIALECT_MISMATCH', (HEADER + row('A')).replaceAll(',', ';')],
  [
    'ENCODING_MISMATCH',
    Buffer.concat([Buffer.from(HEADER), Buffer.from('A,di\xe4ne,2026-01-01,x,1\n', 'latin1')]),
  ],
])('%s: nothing is kept, and the sender is told', async (code, body) => {
  await using room = await openImportRoom()
  const id = await room.upload('/night/a.csv', body)
  await room.run()
  expect(await room.import(id)).toMatchObject({
    status: 'REFUSED',
    failure: {
      code,
      whoseMove: 'SENDER',
    },
    rowsRead: 0,
    created: 0,
    rejectedCsvId: null,
    claim: null,
  })
  expect(await room.contacts()).toEqual([])
  const names = (await room.reports()).map(report => report.path)
  expect(names).toEqual([
    '/reports/night/a.csv.2026-04-01T000000Z.REFUSED.json',
    '/reports/night/a.csv.2026-04-01T000000Z.REFUSED.txt',
  ])
})

test('bytes that are no UTF-8 refuse the file however late they come', async () => {
  await using room = await openImportRoom()
  const late = [Buffer.from(HEADER + rows(1, 60_000)), Buffer.from('A,di\xe4ne,2026-01-01,x,1\n', 'latin1')]
  const id = await room.upload('/a.csv', Buffer.concat(late))
  await room.run()
  const refused = await room.import(id)
  expect(refused).toMatchObject({ status: 'REFUSED', failure: { code: 'ENCODING_MISMATCH' }, created: 0 })
  expect(refused.rejected, 'every row read counts as rejected').toBe(refused.rowsRead)
  expect(refused.rowsRead).toBeGreaterThan(30_000)
  expect(await room.contacts()).toEqual([])
  expect(await room.progress()).toEqual([])
})

test('too many rejected rows refuse the file, and its CSV holds every row', async () => {
  await using room = await openImportRoom()
  const id = await room.upload('/a.csv', HEADER + row('A') + bad('B') + bad('C'))
  await room.run()
  const refused = await room.import(id)
  expect(refused).toMatchObject({
    status: 'REFUSED',
    failure: { code: 'TOO_MANY_REJECTED' },
    rowsRead: 3,
    rejected: 3,
    created: 0,
  })
  expect(await room.contacts()).toEqual([])
  expect((await room.rejections(id)).map(each => [each.row, each.column, each.value, each.code])).toEqual([
    [2, 'at', 'never', 'BAD_DATE'],
    [3, 'at', 'never', 'BAD_DATE'],
  ])
  const csv = await room.readObject(refused.rejectedCsvId ?? '')
  const lines = csv.trim().split('\n')
  expect(lines[0]).toBe('ref,agent,at,queue,seconds,nightdrop_reason')
  expect(lines[1]).toBe(`${row('A').trim()},`)
  expect(lines).toHaveLength(4)
  expect((await room.reports()).map(report => report.objectId !== null)).toEqual([false, true, false])
})

test('two templates that fit equally are an ambiguity for a person', async () => {
  await using room = await openImportRoom({ templates: [smallTemplate, { ...smallTemplate, name: 'other' }] })
  const id = await room.upload('/a.csv', HEADER + row('A'))
  await room.run()
  expect(await room.import(id)).toMatchObject({
    status: 'REFUSED',
    failure: { code: 'AMBIGUOUS_TEMPLATE', whoseMove: 'ADMIN' },
  })
})

test('of several templates whose patterns fit, the header decides', async () => {
  const columns = smallTemplate.columns.map(column => ({ ...column, header: `${column.header}!` }))
  await using room = await openImportRoom({
    templates: [smallTemplate, { ...smallTemplate, name: 'loud', columns }],
  })
  const id = await room.upload('/a.csv', HEADER.replaceAll(/(\w+)/g, '$1!') + row('A'))
  await room.run()
  expect(await room.import(id)).toMatchObject({ status: 'COMPLETED', created: 1 })
  const [json] = (await room.reports()).filter(report => report.path.endsWith('.json'))
  expect(JSON.parse(json?.body?.toString() ?? '').import.template).toEqual({ name: 'loud', version: 1 })
})
