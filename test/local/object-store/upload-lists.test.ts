import { ListMultipartUploadsCommand, ListPartsCommand } from '@aws-sdk/client-s3'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { beginUpload, sendPart } from './multipart.ts'
import type { Place } from './support.ts'
import { failure, places } from './support.ts'

describe.each(places)('lists of uploads on $name', ({ start }) => {
  let place: Place
  beforeAll(async () => {
    place = await start()
  })
  afterAll(async () => await place[Symbol.asyncDispose]())

  test('parts come in order, page by page', async () => {
    const id = await beginUpload(place, 'parts')
    const sizes = new Map([5, 1, 9, 3, 7].map(number => [number, number * 10]))
    for (const [number, size] of sizes) await sendPart(place, 'parts', id, number, Buffer.alloc(size))
    const pages: number[][] = []
    let marker: string | undefined
    do {
      const page = await place.client.send(
        new ListPartsCommand({
          Bucket: place.bucket,
          Key: 'parts',
          UploadId: id,
          MaxParts: 2,
          ...(marker ? { PartNumberMarker: marker } : {}),
        }),
      )
      pages.push((page.Parts ?? []).map(({ PartNumber }) => PartNumber ?? 0))
      for (const part of page.Parts ?? []) expect(part.Size).toBe(sizes.get(part.PartNumber ?? 0))
      marker = page.IsTruncated ? page.NextPartNumberMarker : undefined
    } while (marker !== undefined)
    expect(pages).toEqual([[1, 3], [5, 7], [9]])
  })

  test('parts of an upload that is not there', async () => {
    const command = new ListPartsCommand({ Bucket: place.bucket, Key: 'parts', UploadId: 'f'.repeat(52) })
    expect(await failure(place.client.send(command))).toBe('404 NoSuchUpload')
  })

  test('uploads come by key, then by age, page by page, within a prefix', async () => {
    const keys = ['list/b', 'list/a', 'list/b', 'list/ä', 'list/a', 'elsewhere']
    for (const key of keys) await beginUpload(place, key)
    const found: string[] = []
    const pages: number[] = []
    let markers: { KeyMarker?: string; UploadIdMarker?: string } | undefined = {}
    while (markers !== undefined) {
      const page: Awaited<ReturnType<typeof list>> = await list(markers)
      pages.push(page.Uploads?.length ?? 0)
      found.push(...(page.Uploads ?? []).map(({ Key }) => Key ?? ''))
      markers = page.IsTruncated
        ? { KeyMarker: page.NextKeyMarker ?? '', UploadIdMarker: page.NextUploadIdMarker ?? '' }
        : undefined
    }
    expect(found).toEqual(['list/a', 'list/a', 'list/b', 'list/b', 'list/ä'])
    expect(pages).toEqual([2, 2, 1])
  })

  const list = async (markers: object) =>
    await place.client.send(
      new ListMultipartUploadsCommand({ Bucket: place.bucket, Prefix: 'list/', MaxUploads: 2, ...markers }),
    )
})
