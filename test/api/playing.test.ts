import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { revokeToken } from '../../core/access/tokens.ts'
import { destroyObjects } from '../../core/vault/object-rows.ts'
import { tables } from '../../db/db.ts'
import { gsmWave } from '../core/recordings/media/coded-waves.ts'
import { samples, wave } from '../core/recordings/media/waves.ts'
import type { MemoryBucket } from '../core/vault/memory-bucket.ts'
import { type ApiRoom, openApiRoom } from './api-room.ts'
import { type Playable, playable } from './playable.ts'

const MiB = 2 ** 20
let now = new Date('2026-05-01T12:00:00Z')

let room: ApiRoom
let own: Awaited<ReturnType<ApiRoom['tenant']>>
let bucket: MemoryBucket
const pcm = wave({ data: samples(8_000 * 200) })
let plain: Playable
beforeAll(async () => {
  room = await openApiRoom({ clock: () => now, env: { TRUSTED_PROXIES: '10.0.0.0/8' } })
  own = await room.tenant('Own')
  bucket = room.vault.bucket as MemoryBucket
  plain = await playable(room, own.tenantId, '/rec/Müller 7.wav', pcm)
})
afterAll(() => room[Symbol.asyncDispose]())

const get = (url: string, headers: Record<string, string> = {}, method = 'GET', connection = '203.0.113.9') =>
  room.handler(new Request(url, { headers, method }), connection)

const bytesOf = async (response: Response) => Buffer.from(await response.arrayBuffer())

const listened = (recordingId: string) =>
  room.database.asTenant(own.tenantId, tx =>
    tx.select().from(tables.playbacks).where(eq(tables.playbacks.recordingId, recordingId)),
  )

const trail = () =>
  room.database.asTenant(own.tenantId, tx =>
    tx.select().from(tables.auditEvents).where(eq(tables.auditEvents.action, 'playRecording')),
  )

describe('what browsers play', () => {
  test('is answered whole, inline, for pages of any origin, and kept by nobody', async () => {
    const response = await get(plain.link({ now }))
    expect(response.status).toBe(200)
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'accept-ranges': 'bytes',
      'access-control-allow-origin': '*',
      'cache-control': 'private, no-store',
      'content-disposition': 'inline; filename="M_ller 7.wav"; filename*=UTF-8\'\'M%C3%BCller%207.wav',
      'content-length': String(pcm.length),
      'content-security-policy': "default-src 'none'; media-src 'self'; sandbox",
      'content-type': 'audio/wav',
      'cross-origin-resource-policy': 'cross-origin',
      etag: `"${plain.sha256}"`,
      'x-content-type-options': 'nosniff',
    })
    expect((await bytesOf(response)).equals(pcm)).toBe(true)
  })

  test.each([
    ['bytes=0-0', 0, 1],
    [`bytes=${MiB - 5}-${MiB + 4}`, MiB - 5, MiB + 5],
    ['bytes=-10', pcm.length - 10, pcm.length],
    [`bytes=${2 * MiB}-`, 2 * MiB, pcm.length],
  ])('in part: %s', async (range, start, end) => {
    const response = await get(plain.link({ now }), { range })
    expect([response.status, response.headers.get('content-range')]).toEqual([
      206,
      `bytes ${start}-${end - 1}/${pcm.length}`,
    ])
    expect((await bytesOf(response)).equals(pcm.subarray(start, end))).toBe(true)
  })

  test('If-Range, HEAD, 416, other methods', async () => {
    const url = plain.link({ now })
    const other = await get(url, { range: 'bytes=0-9', 'if-range': '"other"' })
    expect(other.status).toBe(200)
    await other.body?.cancel()
    const head = await get(url, { range: 'bytes=0-9' }, 'HEAD')
    expect([head.status, head.headers.get('content-length'), head.body]).toEqual([200, `${pcm.length}`, null])
    expect((await get(url, { range: `bytes=${pcm.length}-` })).status).toBe(416)
    expect((await get(url, {}, 'DELETE')).status).toBe(405)
  })

  test('browsers that ask beforehand may send a Range', async () => {
    const response = await get(plain.link({ now }), { origin: 'https://qm.example' }, 'OPTIONS')
    expect(response.status).toBe(204)
    expect(response.headers.get('access-control-allow-headers')).toContain('Range')
  })
})

describe('what browsers refuse', () => {
  const gsm = gsmWave(40_000)
  let recording: Playable
  beforeAll(async () => {
    recording = await playable(room, own.tenantId, '/rec/old.wav', gsm.bytes)
  })

  test('is decoded on the way out, with a tag of its own, ranges of one whole', async () => {
    const whole = await get(recording.link({ now }))
    const bytes = await bytesOf(whole)
    expect(bytes.length).toBe(44 + 40_000 * 320 * 2)
    expect(whole.headers.get('content-length')).toBe(String(bytes.length))
    expect(whole.headers.get('content-type')).toBe('audio/wav')
    expect(whole.headers.get('etag')).toBe(`"${recording.sha256}-pcm1"`)
    const part = await get(recording.link({ now }), { range: 'bytes=20000001-20100000' })
    expect(part.status).toBe(206)
    expect((await bytesOf(part)).equals(bytes.subarray(20_000_001, 20_100_001))).toBe(true)
  })

  test('HEAD knows its size', async () => {
    const response = await get(recording.link({ now }), {}, 'HEAD')
    expect(response.headers.get('content-length')).toBe(String(44 + 40_000 * 320 * 2))
  })

  test('a part of it reads the segments of its own blocks, and the first for the header', async () => {
    bucket.fetched = 0
    await bytesOf(await get(recording.link({ now }), { range: 'bytes=24000000-24000999' }))
    expect(bucket.fetched).toBeLessThan(3.1 * MiB)
  })
})

describe('the record of who listened', () => {
  test('names the token, the person, the reason and the address, once for each link', async () => {
    const recording = await playable(room, own.tenantId, '/rec/once.wav', pcm)
    const url = recording.link({ now, onBehalfOf: 'Eva Kern', reason: 'complaint 17' })
    await get(url, {}, 'HEAD')
    await get(url, { range: `bytes=${pcm.length}-` })
    expect(await listened(recording.recordingId)).toEqual([])
    const ranges = ['bytes=0-99', 'bytes=1000-1099', 'bytes=0-9']
    await Promise.all(ranges.map(async range => bytesOf(await get(url, { range }))))
    const [playback, ...more] = await listened(recording.recordingId)
    expect(more).toEqual([])
    expect(playback).toMatchObject({
      at: now,
      tokenId: recording.issuedTo.tokenId,
      token: 'reader',
      onBehalfOf: 'Eva Kern',
      reason: 'complaint 17',
      address: '203.0.113.9',
    })
    const deeds = (await trail()).filter(deed => deed.subject === recording.recordingId)
    expect(deeds).toMatchObject([
      {
        actor: 'reader',
        details: { playback: playback?.id, onBehalfOf: 'Eva Kern', address: '203.0.113.9' },
      },
    ])
    await bytesOf(await get(recording.link({ now })))
    expect(await listened(recording.recordingId)).toHaveLength(2)
  })

  test('a trusted proxy says whom it asks for', async () => {
    const recording = await playable(room, own.tenantId, '/rec/proxy.wav', pcm)
    const forwarded = { 'x-forwarded-for': '198.51.100.1, 192.0.2.44, 10.1.1.1' }
    await bytesOf(await get(recording.link({ now }), forwarded, 'GET', '10.0.0.2'))
    expect((await listened(recording.recordingId)).map(row => row.address)).toEqual(['192.0.2.44'])
  })

  test('nothing is played that cannot be put on record', async () => {
    const recording = await playable(room, own.tenantId, '/rec/unheard.wav', pcm)
    const url = recording.link({ now, use: 'no uuid' })
    const response = await get(url)
    expect(response.status).toBe(500)
    expect(await response.text()).not.toContain('WAVE')
  })
})

describe('what does not play', () => {
  test('an altered link, an expired one, and one whose token was revoked are 403 in the same line', async () => {
    const recording = await playable(room, own.tenantId, '/rec/links.wav', pcm)
    const url = recording.link({ now })
    const answers = new Set<string>()
    const refused = async (address: string) => {
      const response = await get(address)
      expect(response.status).toBe(403)
      answers.add(await response.text())
    }
    for (const at of [30, 60, url.length - 2])
      await refused(url.slice(0, at) + (url[at] === 'a' ? 'b' : 'a') + url.slice(at + 1))
    const earlier = now
    now = new Date(+now + 16 * 60_000)
    await refused(url)
    now = earlier
    const response = await get(url)
    expect(response.status).toBe(200)
    await response.body?.cancel()
    await room.database.asTenant(own.tenantId, tx =>
      revokeToken(tx, own.tenantId, recording.issuedTo.tokenId, new Date(+now - 1)),
    )
    await refused(url)
    expect(answers.size).toBe(1)
  })

  test('a recording that was destroyed is 410, also when only its bytes are', async () => {
    const recording = await playable(room, own.tenantId, '/rec/gone.wav', pcm)
    const { tenantId } = own
    const url = recording.link({ now })
    await room.database.asTenant(tenantId, async tx => {
      await tx
        .update(tables.uploadedFiles)
        .set({ objectId: null })
        .where(eq(tables.uploadedFiles.id, recording.fileId))
      await destroyObjects(tx, tenantId, [{ objectId: recording.objectId }])
    })
    const response = await get(url)
    expect([response.status, await response.text()]).toEqual([
      410,
      'This recording does not exist any more.\n',
    ])
    await room.database.asTenant(tenantId, tx =>
      tx.delete(tables.recordings).where(eq(tables.recordings.id, recording.recordingId)),
    )
    expect((await get(url)).status).toBe(410)
  })

  test('a byte that was altered in the bucket is an error, at the beginning and on the way', async () => {
    const recording = await playable(room, own.tenantId, '/rec/altered.wav', pcm)
    const body = bucket.objects.get(recording.storageKey) as Buffer
    const flip = (at: number) => {
      body[at] = (body[at] ?? 0) ^ 1
    }
    flip(MiB + 1_000)
    const broken = await get(recording.link({ now }))
    expect(broken.status).toBe(200)
    const got: Uint8Array[] = []
    await expect(
      (async () => {
        for await (const piece of broken.body as unknown as AsyncIterable<Uint8Array>) got.push(piece)
      })(),
    ).rejects.toThrow()
    const whole = Buffer.concat(got)
    expect(whole.length).toBe(MiB)
    expect(whole.equals(pcm.subarray(0, whole.length))).toBe(true)
    const tail = await get(recording.link({ now }), { range: `bytes=${MiB + 5}-` })
    expect(tail.status).toBe(500)
    expect(await tail.text()).toContain('INTERNAL')
    flip(MiB + 1_000)
    expect((await bytesOf(await get(recording.link({ now })))).equals(pcm)).toBe(true)
  })

  test('what is no recording is no page either', async () => {
    const page = Buffer.from('<!DOCTYPE html><script>alert(1)</script>')
    const recording = await playable(room, own.tenantId, '/rec/page.wav', page)
    const response = await get(recording.link({ now }))
    expect(response.headers.get('content-type')).toBe('application/octet-stream')
    await response.body?.cancel()
  })
})
