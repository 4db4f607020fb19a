import { eq } from 'drizzle-orm'
import { expect, test } from 'vitest'
import { tables } from '../../db/db.ts'
import { gsmWave } from '../core/recordings/media/coded-waves.ts'
import { samples, wave } from '../core/recordings/media/waves.ts'
import type { ApiRoom } from './api-room.ts'
import { playable } from './playable.ts'
import type { StoreRoom } from './stored-file.ts'

export interface PlayingStack {
  room: ApiRoom
  /** With the bucket that the process reads. */
  store: StoreRoom
  /** Where the process answers; 127.0.0.0/8 is its trusted proxy. */
  origin: string
  /** Changes a byte of an object in the bucket. */
  flip(storageKey: string, at: number): Promise<void>
}

const MiB = 2 ** 20
const pcm = wave({ data: samples(8_000 * 200) })

/** How a process plays over its port, the same on every runtime. */
export function playsOverItsPort(stack: () => PlayingStack): void {
  const prepare = async (path: string, bytes: Buffer) => {
    const { room, store, origin } = stack()
    const { tenantId } = await room.tenant('Play')
    const recording = await playable(store, tenantId, path, bytes)
    const listened = () =>
      room.database.asTenant(tenantId, tx =>
        tx.select().from(tables.playbacks).where(eq(tables.playbacks.recordingId, recording.recordingId)),
      )
    return { ...recording, url: recording.link().replace('http://api.test', origin), listened }
  }

  test('plays in parts, with the length that HEAD says, and writes down where the listener is', async () => {
    const { url, listened } = await prepare('/a.wav', pcm)
    const head = await fetch(url, { method: 'HEAD' })
    expect([head.status, head.headers.get('content-length')]).toEqual([200, String(pcm.length)])
    expect(await listened()).toEqual([])
    const headers = { range: `bytes=${MiB - 5}-${MiB + 4}`, 'x-forwarded-for': '6.6.6.6, 192.0.2.17' }
    const part = await fetch(url, { headers })
    expect([part.status, part.headers.get('content-range')]).toEqual([
      206,
      `bytes ${MiB - 5}-${MiB + 4}/${pcm.length}`,
    ])
    expect(Buffer.from(await part.arrayBuffer()).equals(pcm.subarray(MiB - 5, MiB + 5))).toBe(true)
    expect((await listened()).map(row => row.address)).toEqual(['192.0.2.17'])
  })

  test('decodes what browsers refuse', async () => {
    const { url, listened } = await prepare('/b.wav', gsmWave(6_000).bytes)
    const whole = Buffer.from(await (await fetch(url)).arrayBuffer())
    expect(whole.length).toBe(44 + 6_000 * 640)
    const part = await fetch(url, { headers: { range: 'bytes=2000001-2000100' } })
    expect(Buffer.from(await part.arrayBuffer()).equals(whole.subarray(2_000_001, 2_000_101))).toBe(true)
    expect((await listened()).map(row => row.address)).toEqual(['127.0.0.1'])
  })

  test('breaks the connection off at a byte that was altered, and hands nothing of it out', async () => {
    const { url, storageKey, link } = await prepare('/c.wav', pcm)
    await stack().flip(storageKey, MiB + 1_000)
    const response = await fetch(url)
    expect(response.status).toBe(200)
    const got: Uint8Array[] = []
    await expect(
      (async () => {
        for await (const piece of response.body as unknown as AsyncIterable<Uint8Array>) got.push(piece)
      })(),
    ).rejects.toThrow()
    const begun = Buffer.concat(got)
    expect(begun.length).toBeLessThanOrEqual(MiB)
    expect(begun.equals(pcm.subarray(0, begun.length))).toBe(true)
    const again = link().replace('http://api.test', stack().origin)
    const behind = await fetch(again, { headers: { range: `bytes=${MiB}-` } })
    expect([behind.status, await behind.text()]).toEqual([500, expect.stringContaining('INTERNAL')])
  })
}
