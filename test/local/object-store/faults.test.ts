import { GetObjectCommand, HeadObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3'
import { describe, expect, test } from 'vitest'
import type { FaultRule } from '../../support/plan-faults.ts'
import { planFaults } from '../../support/plan-faults.ts'
import { beginUpload, completeParts, sendPart } from './multipart.ts'
import { clientOf, failure, startEmbedded } from './support.ts'

const withFaults = async (rules: FaultRule[]) => {
  const place = await startEmbedded(planFaults(rules))
  const client = clientOf(place.endpoint, { maxAttempts: 1 })
  const put = async (Key: string, Body = 'body') =>
    await client.send(new PutObjectCommand({ Bucket: 'night', Key, Body }))
  const exists = async (Key: string) =>
    await place.client.send(new HeadObjectCommand({ Bucket: 'night', Key })).then(
      () => true,
      () => false,
    )
  return { ...place, once: client, put, exists, [Symbol.asyncDispose]: place[Symbol.asyncDispose] }
}

const seconds = async (work: Promise<unknown>): Promise<number> => {
  const start = performance.now()
  await work
  return (performance.now() - start) / 1000
}

describe('a plan of faults', () => {
  test('an error at the nth call, and only there', async () => {
    const fault = { kind: 'error', status: 503, code: 'SlowDown' } as const
    await using place = await withFaults([{ operation: 'PutObject', nth: 2, fault }])
    await place.put('first')
    expect(await failure(place.put('second'))).toBe('503 SlowDown')
    await place.put('third')
    expect([await place.exists('first'), await place.exists('second'), await place.exists('third')]).toEqual([
      true,
      false,
      true,
    ])
  })

  test('an error although the work was done', async () => {
    const fault = { kind: 'error', status: 500, code: 'InternalError', when: 'after' } as const
    await using place = await withFaults([{ operation: 'PutObject', key: 'k', fault }])
    expect(await failure(place.put('k'))).toBe('500 InternalError')
    expect(await place.exists('k')).toBe(true)
  })

  test.each(['before', 'after'] as const)('a connection dropped %s the work', async when => {
    await using place = await withFaults([{ operation: 'PutObject', nth: 1, fault: { kind: 'drop', when } }])
    await expect(place.put('k')).rejects.toThrow(/socket hang up|ECONNRESET/)
    expect(await place.exists('k')).toBe(when === 'after')
  })

  test('the SDK tries again by itself', async () => {
    await using place = await withFaults([
      { operation: 'UploadPart', partNumber: 1, nth: [1, 2], fault: { kind: 'drop', when: 'before' } },
    ])
    const id = await beginUpload(place, 'k')
    await completeParts(place, 'k', id, [await sendPart(place, 'k', id, 1, Buffer.from('part'))])
    expect(await place.exists('k')).toBe(true)
  })

  test('a completion that fails inside of a 200, or whose answer is lost', async () => {
    await using place = await withFaults([
      {
        operation: 'CompleteMultipartUpload',
        nth: 1,
        fault: { kind: 'error', status: 200, code: 'InternalError' },
      },
      { operation: 'CompleteMultipartUpload', nth: 2, fault: { kind: 'drop', when: 'after' } },
    ])
    const id = await beginUpload(place, 'k')
    const part = await sendPart(place, 'k', id, 1, Buffer.from('part'))
    const once = { ...place, client: place.once }
    await expect(completeParts(once, 'k', id, [part])).rejects.toThrow('A planned fault.')
    expect(await place.exists('k')).toBe(false)
    await expect(completeParts(once, 'k', id, [part])).rejects.toThrow(/socket hang up|ECONNRESET/)
    expect(await completeParts(once, 'k', id, [part])).toMatchObject({ Key: 'k' })
  })

  test('delays, and bodies that crawl, both ways', async () => {
    const slow = { kind: 'slow body', bytesPerSecond: 20_000 } as const
    await using place = await withFaults([
      { operation: 'PutObject', nth: 1, fault: { kind: 'delay', ms: 300 } },
      { operation: 'PutObject', nth: 2, fault: slow },
      { operation: 'GetObject', fault: slow },
    ])
    const get = async () => {
      const { Body } = await place.once.send(new GetObjectCommand({ Bucket: 'night', Key: 'crawls' }))
      expect(await Body?.transformToString()).toBe('x'.repeat(8000))
    }
    expect(await seconds(place.put('waits'))).toBeGreaterThan(0.29)
    expect(await seconds(place.put('crawls', 'x'.repeat(8000)))).toBeGreaterThan(0.35)
    expect(await seconds(get())).toBeGreaterThan(0.35)
  })
})
