import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createLinks } from '../../core/access/links.ts'
import { inspectRecording } from '../../core/recordings/media/inspect.ts'
import {
  lastSegment,
  SEALED_SEGMENT_BYTES,
  SEGMENT_BYTES,
  sealedSize,
  segmentLength,
  segmentOffset,
} from '../../core/vault/layout.ts'
import { beginObject, insertObject } from '../../core/vault/object-rows.ts'
import { sealSegment } from '../../core/vault/segment-cipher.ts'
import { tables } from '../../db/db.ts'
import { gsmWave } from '../core/recordings/media/coded-waves.ts'
import { wave } from '../core/recordings/media/waves.ts'
import type { MemoryBucket } from '../core/vault/memory-bucket.ts'
import { type ApiRoom, openApiRoom } from './api-room.ts'
import { reader } from './stored-file.ts'

const GB = 2 ** 30
const MiB = 2 ** 20

let room: ApiRoom
let tenantId: string
let bucket: MemoryBucket
beforeAll(async () => {
  room = await openApiRoom()
  tenantId = (await room.tenant('Large')).tenantId
  bucket = room.vault.bucket as MemoryBucket
})
afterAll(() => room[Symbol.asyncDispose]())

/** A recording that begins with `head`, goes on with nothing, and is sealed segment by segment when it is asked for. */
async function huge(head: Buffer, size: number): Promise<string> {
  const object = await room.database.asTenant(tenantId, tx => beginObject(tx, room.vault, tenantId))
  const get = bucket.get.bind(bucket)
  bucket.get = async (name, start, end, signal) => {
    if (name !== object.storageKey) return await get(name, start, end, signal)
    expect(start % SEALED_SEGMENT_BYTES).toBe(0)
    const bytes = Buffer.alloc(Math.min(end, sealedSize(size)) - start)
    let at = 0
    for (
      let index = start / SEALED_SEGMENT_BYTES;
      segmentOffset(index) < end && index <= lastSegment(size);
      index++
    ) {
      const plain = Buffer.alloc(segmentLength(index, size))
      if (index === 0) head.copy(plain)
      at = sealSegment(object.keys, index, index === lastSegment(size), plain, bytes, at)
    }
    bucket.fetched += bytes.length
    return { bytes, total: sealedSize(size) }
  }
  const source = {
    size,
    async read(start: number, end: number) {
      const bytes = Buffer.alloc(end - start)
      head.copy(bytes, 0, start, end)
      return bytes
    },
  }
  const found = await inspectRecording(source, 'huge.wav')
  expect(found).toMatchObject({ usable: true, damage: null })
  return await room.database.asTenant(tenantId, async tx => {
    const { objectId } = object
    await insertObject(tx, object, { size, sha256: Buffer.alloc(32) })
    const path = `/${randomUUID()}.wav`
    const [file] = await tx
      .insert(tables.uploadedFiles)
      .values({ tenantId, path, kind: 'RECORDING', status: 'STORED', size, objectId })
      .returning()
    const [row] = await tx
      .insert(tables.recordings)
      .values({ tenantId, fileId: file?.id ?? '', path, matchKey: path, ...found })
      .returning()
    return row?.id ?? ''
  })
}

async function part(id: string, range: string) {
  const links = createLinks(room.config.MASTER_KEY, () => 'http://api.test')
  const issuedTo = await reader(room, tenantId)
  const target = {
    kind: 'play',
    tenantId,
    id,
    issuedTo,
    use: randomUUID(),
    onBehalfOf: null,
    reason: null,
  } as const
  bucket.fetched = 0
  return await room.handler(new Request(links.sign(target, new Date()), { headers: { range } }))
}

/** The header alone, promising all that follows. */
const headerOf = (whole: Buffer, length: number, size: number) => {
  const head = Buffer.from(whole.subarray(0, length))
  head.writeUInt32LE(size - length, length - 4)
  return head
}

describe.each([
  ['PCM', headerOf(wave(), 44, 2 * GB), 2 * GB, 2 * GB, 0],
  // 60 and 11 bytes of chunks stand before the sound; the header is read first, and what brings the decoder up.
  ['GSM', headerOf(gsmWave(1).bytes, 68, 2 * GB), 2 * GB, 44 + Math.floor((2 * GB - 68) / 65) * 640 + 320, 3],
])('2 GB of %s', (_, head, size, playedSize, more) => {
  let id: string
  beforeAll(async () => {
    id = await huge(head, size)
  })

  test.each([0.1, 0.5, 0.999])(
    'a seek to %d of it reads the segments that it needs and no other',
    async share => {
      const start = Math.floor(playedSize * share)
      const response = await part(id, `bytes=${start}-${start + 99_999}`)
      expect(response.headers.get('content-range')).toBe(`bytes ${start}-${start + 99_999}/${playedSize}`)
      expect((await response.arrayBuffer()).byteLength).toBe(100_000)
      expect(bucket.fetched).toBeLessThanOrEqual((2 + more) * SEALED_SEGMENT_BYTES)
    },
  )

  test('a player that asks for all that follows, and goes, has read little ahead', async () => {
    const response = await part(id, `bytes=${Math.floor(playedSize / 2)}-`)
    const stream = response.body?.getReader()
    for (let pieces = 0; pieces < 3; pieces++) await stream?.read()
    await stream?.cancel()
    expect(bucket.fetched).toBeLessThanOrEqual(16 * MiB)
  })

  test('its last bytes', async () => {
    const response = await part(id, 'bytes=-1000')
    expect((await response.arrayBuffer()).byteLength).toBe(1_000)
    expect(bucket.fetched).toBeLessThanOrEqual((2 + more) * (SEGMENT_BYTES + 28))
  })
})
