import { sql } from 'drizzle-orm'
import postgres from 'postgres'
import { expect, test } from 'vitest'
import { tellDiscarded } from '../../../core/receipts/tell-discarded.ts'
import { tables } from '../../../db/db.ts'
import { openImportRoom } from '../imports/import-room.ts'

const { uploadedFiles } = tables
type Room = Awaited<ReturnType<typeof openImportRoom>>

/** Files that were discarded so many seconds before the room's clock. */
const discard = (room: Room, secondsAgo: number, ...paths: string[]) =>
  room.inTenant(tx =>
    tx.insert(uploadedFiles).values(
      paths.map(path => ({
        tenantId: room.tenantId,
        path,
        kind: 'RECORDING' as const,
        status: 'DISCARDED' as const,
        size: 7,
        storedAt: new Date(room.now.getTime() - secondsAgo * 1_000),
        receiptDue: true,
      })),
    ),
  )
const tell = (room: Room) => tellDiscarded(room.database, room.tenantId, room.now)
const paths = async (room: Room) => (await room.reports()).map(report => report.path)

/** Jobs as the queue has them, which is closed to the application. */
async function jobs(room: Room) {
  const client = postgres(room.test.superuserUrl, { max: 1, onnotice: () => {} })
  try {
    return await client<{ key: string; at: Date }[]>`
      select key, run_at as at from graphile_worker.jobs where task_identifier = 'tell-discarded'`
  } finally {
    await client.end()
  }
}

test('a lone file has a receipt of its own, in its folder and with its name', async () => {
  await using room = await openImportRoom()
  await discard(room, 61, '/rec/a.wav')
  await tell(room)
  const [json, text, ...more] = await room.reports()
  expect(more).toEqual([])
  expect(json?.path).toBe('/reports/rec/a.wav.2026-04-01T000000Z.DISCARDED.json')
  expect(JSON.parse(json?.body?.toString() ?? '')).toMatchObject({
    verdict: 'DISCARDED',
    file: { path: '/rec/a.wav', size: 7, receivedAt: '2026-03-31T23:58:59.000Z' },
    import: null,
    failure: null,
    problems: [{ code: 'DISCARDED' }],
  })
  const lines = text?.body?.toString() ?? ''
  expect(lines).toContain('Verdict: DISCARDED\r\nFile: /rec/a.wav\r\n')
  expect(lines).toMatch(/\[DISCARDED\] This file was deleted here on purpose before/)
  expect(lines).toContain('What to do: Nothing.')
  await tell(room)
  expect((await room.reports()).length).toBe(2)
})

test('files of one folder that come within a short time share one, which bears the folder’s name and lists each', async () => {
  await using room = await openImportRoom()
  const many = Array.from({ length: 300 }, (_, index) => `/night/rec/${index} Ü.wav`)
  await discard(room, 300, ...many.slice(0, 150))
  await discard(room, 61, ...many.slice(150), '/night/lone.csv')
  await tell(room)
  expect(await paths(room)).toEqual([
    '/reports/night/lone.csv.2026-04-01T000000Z.DISCARDED.json',
    '/reports/night/lone.csv.2026-04-01T000000Z.DISCARDED.txt',
    '/reports/night/rec/rec.2026-04-01T000000Z.DISCARDED.json',
    '/reports/night/rec/rec.2026-04-01T000000Z.DISCARDED.txt',
  ])
  const [, , json, text] = await room.reports()
  const receipt = JSON.parse(json?.body?.toString() ?? '')
  expect(receipt).toMatchObject({
    verdict: 'DISCARDED',
    folder: '/night/rec',
    problems: [{ code: 'DISCARDED' }],
  })
  expect(receipt.files.map((file: { path: string }) => file.path).sort()).toEqual([...many].sort())
  expect(receipt.files[0]).toMatchObject({ verdict: 'DISCARDED', size: 7, receivedAt: expect.any(String) })
  const lines = text?.body?.toString().split('\r\n') ?? []
  expect(lines.slice(0, 5)).toEqual([
    'Verdict: DISCARDED',
    'Folder: /night/rec',
    'Files: 300',
    'Size: 2100 bytes',
    'Received: 2026-03-31T23:55:00.000Z to 2026-03-31T23:58:59.000Z',
  ])
  expect(lines.filter(line => line.startsWith('  - [DISCARDED] /night/rec/')).length).toBe(300)
})

test('the root’s files share one as well', async () => {
  await using room = await openImportRoom()
  await discard(room, 61, '/a.wav', '/b.wav')
  await tell(room)
  expect((await paths(room))[0]).toBe('/reports/files.2026-04-01T000000Z.DISCARDED.json')
})

test('while more come their receipt waits, but not for ever', async () => {
  await using room = await openImportRoom()
  await discard(room, 600, '/rec/a.wav')
  await discard(room, 30, '/rec/b.wav')
  await discard(room, 120, '/quiet/c.wav')
  await tell(room)
  expect((await paths(room)).map(path => path.split('.')[0])).toEqual([
    '/reports/quiet/c',
    '/reports/quiet/c',
  ])
  room.later(29)
  await tell(room)
  expect((await paths(room)).length).toBe(2)
  await discard(room, 0, '/rec/d.wav')
  room.later(272)
  await discard(room, 0, '/rec/e.wav')
  await tell(room)
  const shared = (await room.reports()).find(report =>
    report.path.endsWith('rec.2026-04-01T000501Z.DISCARDED.json'),
  )
  expect(JSON.parse(shared?.body?.toString() ?? '').files.length).toBe(4)
})

test('what is left for later has a job that comes when it is due', async () => {
  await using room = await openImportRoom()
  await discard(room, 30, '/rec/a.wav')
  await tell(room)
  expect((await jobs(room)).filter(job => job.key.includes(room.tenantId))).toEqual([
    { key: `tell-discarded ${room.tenantId} rest`, at: new Date(room.now.getTime() + 30_000) },
  ])
})

test('two at once tell each file once', async () => {
  await using room = await openImportRoom()
  await discard(room, 61, ...Array.from({ length: 50 }, (_, index) => `/rec/${index}.wav`))
  await Promise.all([tell(room), tell(room), tell(room)])
  const receipts = (await room.reports()).filter(report => report.path.endsWith('.json'))
  const told = receipts.flatMap(report => JSON.parse(report.body?.toString() ?? '').files)
  expect(told.length).toBe(50)
  const [left] = await room.inTenant(tx =>
    tx.execute<{ due: number }>(sql`select count(*)::int as due from uploaded_files where receipt_due`),
  )
  expect(left?.due).toBe(0)
})
