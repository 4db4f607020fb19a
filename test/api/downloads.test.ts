import { createHash, randomBytes } from 'node:crypto'
import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { beginObject, destroyObjects, insertObject } from '../../core/vault/object-rows.ts'
import { tables } from '../../db/db.ts'
import { memoryLedger } from '../core/vault/vault-room.ts'
import { type ApiRoom, openApiRoom } from './api-room.ts'

const MiB = 2 ** 20
let now = new Date('2026-05-01T12:00:00Z')

let room: ApiRoom
let own: Awaited<ReturnType<ApiRoom['tenant']>>
beforeAll(async () => {
  room = await openApiRoom({ clock: () => now })
  own = await room.tenant('Own')
})
afterAll(() => room[Symbol.asyncDispose]())

async function storeObject(bytes: Buffer): Promise<string> {
  const { tenantId } = own
  const object = await room.database.asTenant(tenantId, tx => beginObject(tx, room.vault, tenantId))
  const writer = room.vault.write(object, memoryLedger())
  await writer.write(bytes)
  const { size } = await writer.finish()
  await writer.complete()
  const sha256 = createHash('sha256').update(bytes).digest()
  await room.database.asTenant(tenantId, tx => insertObject(tx, object, { size, sha256 }))
  return object.objectId
}

async function storeFile(path: string, bytes: Buffer) {
  const { tenantId } = own
  const objectId = await storeObject(bytes)
  const [file] = await room.database.asTenant(tenantId, tx =>
    tx
      .insert(tables.uploadedFiles)
      .values({
        tenantId,
        path,
        kind: 'OTHER',
        status: 'STORED',
        size: bytes.length,
        objectId,
        storedAt: now,
      })
      .returning(),
  )
  return file as NonNullable<typeof file>
}

async function linkTo(fileId: string) {
  const { node } = await room.data<{ node: { downloadUrl: string; sha256: string; size: number } }>(
    own.READER,
    `{ node(id: "${room.nodeId('UploadedFile', fileId)}") { ... on UploadedFile { downloadUrl sha256 size } } }`,
  )
  return node
}

const get = (url: string, headers: Record<string, string> = {}, method = 'GET') =>
  room.handler(new Request(url, { headers, method }))

const bytesOf = async (response: Response) => Buffer.from(await response.arrayBuffer())

test('a stored file comes back whole, under its own name, kept by nobody', async () => {
  const bytes = randomBytes(3 * MiB + 17)
  const file = await storeFile('/Ordner/Anrufe "März" 100%.csv', bytes)
  const { downloadUrl, sha256, size } = await linkTo(file.id)
  expect(size).toBe(bytes.length)
  expect(downloadUrl).toMatch(/^http:\/\/api\.test\/download\//)
  const response = await get(downloadUrl)
  expect(response.status).toBe(200)
  expect(Object.fromEntries(response.headers)).toMatchObject({
    'accept-ranges': 'bytes',
    'cache-control': 'private, no-store',
    'content-disposition':
      'attachment; filename="Anrufe _M_rz_ 100_.csv"; filename*=UTF-8\'\'Anrufe%20%22M%C3%A4rz%22%20100%25.csv',
    'content-length': String(bytes.length),
    'content-security-policy': "default-src 'none'; sandbox",
    'content-type': 'application/octet-stream',
    etag: `"${sha256}"`,
    'x-content-type-options': 'nosniff',
  })
  expect((await bytesOf(response)).equals(bytes)).toBe(true)
})

describe('ranges', () => {
  const bytes = randomBytes(2 * MiB + 100)
  let url = ''
  let etag = ''
  beforeAll(async () => {
    const link = await linkTo((await storeFile('/ranges.bin', bytes)).id)
    url = link.downloadUrl
    etag = `"${link.sha256}"`
  })

  test.each([
    ['bytes=0-0', 0, 1],
    ['bytes=1048570-1048580', MiB - 6, MiB + 5],
    [`bytes=${2 * MiB}-`, 2 * MiB, 2 * MiB + 100],
    ['bytes=-5', 2 * MiB + 95, 2 * MiB + 100],
    ['bytes=5-99999999', 5, 2 * MiB + 100],
  ])('%s', async (range, start, end) => {
    const response = await get(url, { range })
    expect(response.status).toBe(206)
    expect(response.headers.get('content-range')).toBe(`bytes ${start}-${end - 1}/${bytes.length}`)
    expect(response.headers.get('content-length')).toBe(String(end - start))
    expect((await bytesOf(response)).equals(bytes.subarray(start, end))).toBe(true)
  })

  test.each([`bytes=${2 * MiB + 100}-`, 'bytes=-0'])('%s is 416', async range => {
    const response = await get(url, { range })
    expect([response.status, response.headers.get('content-range')]).toEqual([416, `bytes */${bytes.length}`])
  })

  test.each(['bytes=5-2', 'bytes=-', 'lines=1-2', 'bytes=0-1,5-6'])('%s is passed over', async range => {
    const response = await get(url, { range })
    expect(response.status).toBe(200)
    await response.body?.cancel()
  })

  test('If-Range lets the range stand for the same bytes only', async () => {
    const same = await get(url, { range: 'bytes=0-9', 'if-range': etag })
    const other = await get(url, { range: 'bytes=0-9', 'if-range': '"other"' })
    expect([same.status, other.status]).toEqual([206, 200])
    await other.body?.cancel()
  })

  test('HEAD has the headers of the whole, knows no ranges, and reads nothing', async () => {
    const whole = await get(url)
    await whole.body?.cancel()
    const response = await get(url, { range: 'bytes=0-9' }, 'HEAD')
    expect([response.status, response.headers.get('content-length'), response.body]).toEqual([
      200,
      whole.headers.get('content-length'),
      null,
    ])
    expect(response.headers.get('content-range')).toBeNull()
  })

  test('other methods are refused', async () => {
    expect((await get(url, {}, 'POST')).status).toBe(405)
  })
})

test('a link that is altered or expired is 403 in the same one line', async () => {
  const { downloadUrl } = await linkTo((await storeFile('/links.bin', Buffer.from('x'))).id)
  const at = downloadUrl.lastIndexOf('/') + 1
  const flip = (index: number) =>
    downloadUrl.slice(0, index) + (downloadUrl[index] === 'a' ? 'b' : 'a') + downloadUrl.slice(index + 1)
  const altered = [flip(at), flip(at + 40), flip(downloadUrl.length - 1), `${downloadUrl}x`]
  const answers = new Set<string>()
  for (const url of altered) {
    const response = await get(url)
    expect(response.status).toBe(403)
    answers.add(await response.text())
  }
  const earlier = now
  now = new Date(+now + 15 * 60_000 + 1_000)
  const expired = await get(downloadUrl)
  now = earlier
  expect(expired.status).toBe(403)
  answers.add(await expired.text())
  expect(answers.size).toBe(1)
  expect((await get(downloadUrl)).status).toBe(200)
})

test('a link ends with the token of whoever asked for it', async () => {
  const { id } = await storeFile('/revoked.bin', Buffer.from('x'))
  const made = await room.data<{ createApiToken: { token: string; apiToken: { id: string } } }>(
    own.ADMIN,
    'mutation { createApiToken(name: "short", role: READER) { token apiToken { id } } }',
  )
  const { token, apiToken } = made.createApiToken
  const { node } = await room.data<{ node: { downloadUrl: string } }>(
    token,
    'query ($id: ID!) { node(id: $id) { ... on UploadedFile { downloadUrl } } }',
    { id: room.nodeId('UploadedFile', id) },
  )
  expect((await get(node.downloadUrl)).status).toBe(200)
  await room.data(own.ADMIN, 'mutation ($id: ID!) { revokeApiToken(id: $id) { id } }', { id: apiToken.id })
  const response = await get(node.downloadUrl)
  expect([response.status, await response.text()]).toEqual([
    403,
    'This link is not valid, or not any more: ask for a new one.\n',
  ])
})

test('what was destroyed since is gone, and has no link any more', async () => {
  const file = await storeFile('/gone.bin', Buffer.from('personal'))
  const { downloadUrl } = await linkTo(file.id)
  await room.database.asTenant(own.tenantId, async tx => {
    await tx.update(tables.uploadedFiles).set({ objectId: null }).where(eq(tables.uploadedFiles.id, file.id))
    await destroyObjects(tx, own.tenantId, [{ objectId: file.objectId as string }])
  })
  const response = await get(downloadUrl)
  expect([response.status, await response.text()]).toEqual([410, 'This file does not exist any more.\n'])
  expect((await linkTo(file.id)).downloadUrl).toBeNull()
})

test('whoever goes away ends the reading', async () => {
  const file = await storeFile('/large.bin', randomBytes(24 * MiB))
  const bucket = room.vault.bucket as typeof room.vault.bucket & { fetched: number }
  const { downloadUrl } = await linkTo(file.id)
  bucket.fetched = 0
  const response = await get(downloadUrl)
  const reader = response.body?.getReader()
  await reader?.read()
  await reader?.cancel()
  expect(bucket.fetched).toBeLessThan(8 * MiB)
})

test("the CSV of an import's rejected rows", async () => {
  const { tenantId } = own
  const file = await storeFile('/in/calls.csv', Buffer.from('id\n1\n'))
  const csv = Buffer.from('id,nightdrop_reason\nx,bad\n')
  const rejectedCsvId = await storeObject(csv)
  const [run] = await room.database.asTenant(tenantId, tx =>
    tx
      .insert(tables.imports)
      .values({
        tenantId,
        fileId: file.id,
        path: '/in/calls.csv',
        status: 'COMPLETED',
        rejectedCsvId,
        finishedAt: now,
      })
      .returning(),
  )
  const { node } = await room.data<{ node: { rejectedCsvUrl: string } }>(
    own.ADMIN,
    `{ node(id: "${room.nodeId('Import', run?.id ?? '')}") { ... on Import { rejectedCsvUrl } } }`,
  )
  const response = await get(node.rejectedCsvUrl)
  expect(response.headers.get('content-disposition')).toContain('calls.csv.rejected.csv')
  expect(await bytesOf(response)).toEqual(csv)
})
