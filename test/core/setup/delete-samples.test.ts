import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { deleteSamples } from '../../../core/setup/delete-samples.ts'
import { removeObjects } from '../../../core/vault/remove-objects.ts'
import { tables } from '../../../db/db.ts'
import { sampleRecording } from '../../../local/demo/sample-recording.ts'
import { csv, openSetupRoom } from '../../api/setup-room.ts'

let room: Awaited<ReturnType<typeof openSetupRoom>>
beforeAll(async () => {
  room = await openSetupRoom()
})
afterAll(() => room[Symbol.asyncDispose]())

const run = () => deleteSamples({ database: room.database, now: room.now() })
const open = async (url: string | null) => (await room.handler(new Request(url ?? ''))).status

const submit = () =>
  room.submit(
    { sampleRecording: null },
    { sampleCsv: csv(), sampleRecording: new File([new Uint8Array(sampleRecording(1))], 'c0001.wav') },
  )

const EXAMPLES =
  '{ node(id: "$id") { ... on SetupRequest { analysis { columns { header examples } problems { message details } } } } }'

test('samples end 30 days after the decision, withdrawn ones too; those of open requests stay', async () => {
  const waiting = await submit()
  const withdrawn = await submit()
  const approved = await submit()
  await room.act(room.tenant.ADMIN, 'withdrawSetupRequest', withdrawn.id)
  await room.approve(room.STAFF, approved.id)
  room.pass(30 - 1 / 86_400)
  expect(await run()).toBe(0)
  expect((await room.read(approved.id)).sampleCsv.downloadUrl).not.toBeNull()
  const { downloadUrl } = (await room.read(withdrawn.id)).sampleCsv
  expect(await open(downloadUrl)).toBe(200)
  room.pass(1 / 86_400)
  expect(await run()).toBe(2)
  expect(await open(downloadUrl)).toBe(410)
  for (const { id } of [withdrawn, approved])
    expect(await room.read(id)).toMatchObject({
      sampleCsv: { fileName: 'calls.csv', size: 191, downloadUrl: null },
      sampleRecording: { fileName: 'c0001.wav', downloadUrl: null },
    })
  expect(await open((await room.read(waiting.id)).sampleCsv.downloadUrl)).toBe(200)
  const objects = await room.database.asTenant(room.tenant.tenantId, tx => tx.$count(tables.vaultObjects))
  expect(objects).toBe(2)
  expect(await run()).toBe(0)
})

test('their bytes leave the bucket', async () => {
  const bucket = room.vault.bucket as unknown as { objects: Map<string, Buffer> }
  await removeObjects(room.database, room.vault.bucket, room.tenant.tenantId)
  expect(bucket.objects.size).toBe(2)
})

test('what the analysis quoted of them ends as well; headers stay', async () => {
  const damaged = await room.submit(
    {},
    {
      sampleCsv: csv(
        'Call Id,Agent,Start\n5.58E+12,petra,2026-01-01T10:00:00Z\n5.58E+12,greg,2026-01-02T10:00:00Z\n',
      ),
    },
  )
  await room.act(room.tenant.ADMIN, 'withdrawSetupRequest', damaged.id)
  const before = JSON.stringify(await room.data(room.tenant.READER, EXAMPLES.replace('$id', damaged.id)))
  expect(before).toContain('petra')
  expect(before).toContain('5.58E+12')
  room.pass(31)
  await run()
  const after = JSON.stringify(await room.data(room.tenant.READER, EXAMPLES.replace('$id', damaged.id)))
  expect(after).toContain('Call Id')
  expect(after).not.toContain('petra')
  expect(after).not.toContain('5.58E+12')
})

test('two workers at once delete each once, and the trail says so once', async () => {
  const { id } = await submit()
  await room.act(room.tenant.ADMIN, 'withdrawSetupRequest', id)
  room.pass(31)
  await Promise.all([run(), run(), run()])
  const rowId = Buffer.from(id, 'base64url').toString().split(':')[1] ?? ''
  const events = await room.database.asTenant(room.tenant.tenantId, tx =>
    tx.select().from(tables.auditEvents).where(eq(tables.auditEvents.subject, rowId)),
  )
  expect(events.filter(({ action }) => action === 'deleteSamples')).toMatchObject([{ actor: 'system' }])
})
