import { afterAll, beforeAll, expect, test } from 'vitest'
import { purgeRawFiles } from '../../../core/retention/purge-raw-files.ts'
import { HEADER, row } from '../../support/contact-files.ts'
import { zipOf } from '../../support/zip.ts'
import { openArchiveRoom } from '../imports/packed/archive-room.ts'

let room: Awaited<ReturnType<typeof openArchiveRoom>>
beforeAll(async () => {
  room = await openArchiveRoom()
})
afterAll(() => room[Symbol.asyncDispose]())

const SECRET = 'Mueller 01701234567'

test('names of what is packed in an archive go with it; counts and codes stay', async () => {
  const hashes = await room.vault.hashes.of(room.tenantId)
  const other = { name: `${SECRET}.txt`, bytes: 'x' }
  await room.send('/beside.zip', zipOf([{ name: 'calls.csv', bytes: HEADER + row('A') }, other]))
  await room.send('/only.zip', zipOf([other, { name: `${SECRET}.csv`, bytes: 'x' }]))
  await room.send('/swollen.zip', zipOf([{ name: `calls ${SECRET}.csv`, bytes: Buffer.alloc(30_000_000) }]))
  await room.send('/twice.zip', zipOf([other, other]))
  await room.run()
  const said = async () => JSON.stringify(await room.imports())
  expect(await said()).toContain(SECRET)
  const wish = {
    tenantId: room.tenantId,
    hashes,
    before: new Date(Date.now() + 1_000),
    limit: 100,
    at: new Date(),
  }
  for (let more = true; more; ) more = (await room.inTenant(tx => purgeRawFiles(tx, wish))).more
  expect(await said()).not.toContain(SECRET)
  const failures = (await room.imports()).map(
    ({ failure }) => failure && [failure['code'], failure['details']],
  )
  expect(failures).toEqual(
    expect.arrayContaining([
      ['NO_TEMPLATE', { count: 2, csvs: 1 }],
      ['TOO_LARGE', null],
      ['BAD_ARCHIVE', null],
    ]),
  )
  const problems = (await room.imports()).flatMap(found => found.problems)
  expect(problems).toMatchObject([{ code: 'NO_TEMPLATE', details: { count: 1, csvs: 0 } }])
})
