import { gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { HEADER, row, rows } from '../../../support/contact-files.ts'
import { sweep } from '../../../support/sweep.ts'
import { openImportRoom } from '../import-room.ts'

const end = async (path: string, body: string | Buffer) => {
  const room = await openImportRoom()
  try {
    const id = await room.upload(path, body)
    await room.run()
    const { status, failure, created, rejected, rowsRead, rejectedCsvId } = await room.import(id)
    const csv = rejectedCsvId === null ? null : await room.readObject(rejectedCsvId)
    return { status, failure, created, rejected, rowsRead, csv }
  } finally {
    await room[Symbol.asyncDispose]()
  }
}

test('a packed file is read as what it unpacks to, in one piece or several', async () => {
  const whole = gzipSync(HEADER + rows(0, 20_000))
  expect(await end('/calls.csv.gz', whole)).toMatchObject({ status: 'COMPLETED', created: 20_000 })
  const pieces = Buffer.concat([gzipSync(HEADER + row('A')), gzipSync(row('B')), gzipSync(row('C'))])
  expect(await end('/CALLS.CSV.GZ', pieces)).toMatchObject({ status: 'COMPLETED', created: 3 })
})

test('a client that unpacked it and left the name as it was loses nothing', async () => {
  expect(await end('/calls.csv.gz', HEADER + row('A'))).toMatchObject({ status: 'COMPLETED', created: 1 })
})

test('the CSV of its rejected rows is not packed', async () => {
  const body = HEADER + row('A') + 'B,diane,never,sales,1\n'
  const refused = await end('/calls.csv.gz', gzipSync(`${body}C,diane,never,sales,1\n`))
  expect(refused).toMatchObject({ status: 'REFUSED', failure: { code: 'TOO_MANY_REJECTED' }, rowsRead: 3 })
  expect(refused.csv).toContain('A,diane,2026-03-01T10:00:00Z,sales,60,\n')
  const partly = await end('/calls.csv.gz', gzipSync(body))
  expect(partly).toMatchObject({ status: 'COMPLETED', created: 1, rejected: 1 })
  expect(partly.csv).toContain('B,diane,never')
})

test('every row read of one that turns out to be cut off counts as rejected, and none as deleted before', async () => {
  await using room = await openImportRoom()
  await room.upload('/a.csv', HEADER + rows(0, 20))
  await room.run()
  await sweep(room, 'R3', 'R7')
  const whole = gzipSync(HEADER + rows(0, 60_000))
  const id = await room.upload('/b.csv.gz', whole.subarray(0, whole.length - 100))
  await room.run()
  const { failure, rowsRead, rejected, created } = await room.import(id)
  expect(failure).toMatchObject({ code: 'BAD_ARCHIVE' })
  expect(rowsRead).toBeGreaterThan(40_000)
  expect([rejected, created]).toEqual([rowsRead, 0])
  expect(await room.rejections(id)).toEqual([])
  const receipt = (await room.reports()).find(({ path }) => /b\.csv\.gz.*json$/.test(path))
  expect(JSON.parse(receipt?.body?.toString() ?? '{}').import).toMatchObject({ rejected, deletedBefore: 0 })
})

const many = gzipSync(HEADER + rows(0, 30_000))
const altered = Buffer.from(many)
altered[altered.length >> 1] = (altered[altered.length >> 1] ?? 0) ^ 0xff

test.each([
  ['cut off', many.subarray(0, many.length - 20_000), 'BAD_ARCHIVE', /damaged or cut off/],
  ['altered', altered, 'BAD_ARCHIVE', /damaged or cut off/],
  ['packed twice', gzipSync(gzipSync(HEADER + row('A'))), 'NOT_CSV', /once at most/],
  ['of nothing', gzipSync(''), 'EMPTY', /0 bytes/],
  [
    'that comes to a thousand times its size',
    gzipSync(HEADER + row('A') + '\n'.repeat(50_000_000)),
    'TOO_LARGE',
    /more than 250 times/,
  ],
  ['of a PDF', gzipSync('%PDF-1.7\n'), 'NOT_CSV', /PDF/],
])('a gzip file %s is refused by what it is, and nothing of it is kept', async (_, body, code, words) => {
  expect(await end('/calls.csv.gz', body)).toMatchObject({
    status: 'REFUSED',
    failure: { code, message: expect.stringMatching(words), whoseMove: 'SENDER' },
    created: 0,
  })
})
