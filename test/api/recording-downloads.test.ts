import { eq } from 'drizzle-orm'
import { expect, test } from 'vitest'
import { createLinks } from '../../core/access/links.ts'
import { tables } from '../../db/db.ts'
import { samples, wave } from '../core/recordings/media/waves.ts'
import { openApiRoom } from './api-room.ts'
import { playable } from './playable.ts'

test('whoever takes a recording as the file it came as is on record like a listener: once for each link, not for HEAD', async () => {
  await using room = await openApiRoom()
  const { tenantId } = await room.tenant('Own')
  const { fileId, recordingId, issuedTo } = await playable(
    room,
    tenantId,
    '/a.wav',
    wave({ data: samples(800) }),
  )
  const links = createLinks(room.config.MASTER_KEY, () => 'http://api.test')
  const link = () =>
    links.sign({ kind: 'file', tenantId, id: fileId, issuedTo, use: crypto.randomUUID() }, new Date())
  const get = (url: string, method = 'GET') =>
    room.handler(new Request(url, { method, headers: { range: 'bytes=0-9' } }), '203.0.113.9')
  const listened = () =>
    room.database.asTenant(tenantId, tx =>
      tx.select().from(tables.playbacks).where(eq(tables.playbacks.recordingId, recordingId)),
    )
  const first = link()
  expect((await get(first, 'HEAD')).status).toBe(200)
  expect(await listened()).toEqual([])
  for (const url of [first, first, link()]) expect((await get(url)).status).toBe(206)
  expect(await listened()).toMatchObject([
    { token: issuedTo.name, address: '203.0.113.9', onBehalfOf: null },
    { token: issuedTo.name, address: '203.0.113.9', onBehalfOf: null },
  ])
  const trail = await room.database.asTenant(tenantId, tx =>
    tx.select().from(tables.auditEvents).where(eq(tables.auditEvents.action, 'playRecording')),
  )
  expect(trail).toHaveLength(2)
})

test('whoever takes an archive is in the trail, once for each link, not for HEAD; other files are taken without a word', async () => {
  await using room = await openApiRoom()
  const { tenantId } = await room.tenant('Own')
  const { issuedTo, fileId } = await playable(room, tenantId, '/night.zip', wave({ data: samples(800) }))
  const other = await playable(room, tenantId, '/notes.txt', wave({ data: samples(800) }))
  await room.database.asTenant(tenantId, async tx => {
    await tx.delete(tables.recordings).where(eq(tables.recordings.tenantId, tenantId))
  })
  const links = createLinks(room.config.MASTER_KEY, () => 'http://api.test')
  const link = (id: string) =>
    links.sign({ kind: 'file', tenantId, id, issuedTo, use: crypto.randomUUID() }, new Date())
  const get = async (url: string, method = 'GET') => {
    const request = new Request(url, { method, headers: { range: 'bytes=0-9' } })
    const { body } = await room.handler(request, '203.0.113.9')
    await body?.cancel()
  }
  const trail = () =>
    room.database.asTenant(tenantId, tx =>
      tx.select().from(tables.auditEvents).where(eq(tables.auditEvents.action, 'downloadFile')),
    )
  const first = link(fileId)
  await get(first, 'HEAD')
  await get(link(other.fileId))
  expect(await trail()).toEqual([])
  await Promise.all([get(first), get(first), get(first)])
  await get(link(fileId))
  const deed = { actor: issuedTo.name, subject: fileId, details: { address: '203.0.113.9' } }
  expect(await trail()).toMatchObject([deed, deed])
})
