import { randomBytes } from 'node:crypto'
import {
  CreateBucketCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  ListPartsCommand,
} from '@aws-sdk/client-s3'
import { expect, test } from 'vitest'
import { beginUpload, completeParts, sendPart } from './multipart.ts'
import { startProcess } from './process.ts'
import { clientOf, MiB, sha256, temporaryFolder } from './support.ts'

const Bucket = 'night'
const Key = 'recordings/long.wav'

test('an upload goes on after a restart, and ends as one object', async () => {
  await using folder = await temporaryFolder()
  const bodies = [randomBytes(5 * MiB), randomBytes(5 * MiB), randomBytes(77)] as const
  const placeOf = (endpoint: string) => ({
    client: clientOf(endpoint),
    bucket: Bucket,
    [Symbol.asyncDispose]: async () => {},
  })
  const parts = []
  let id = ''
  {
    await using store = await startProcess(folder.path)
    const place = placeOf(store.endpoint)
    await place.client.send(new CreateBucketCommand({ Bucket }))
    id = await beginUpload(place, Key)
    parts.push(await sendPart(place, Key, id, 1, bodies[0]), await sendPart(place, Key, id, 2, bodies[1]))
    expect(await store.end('SIGTERM')).toBe(0)
  }
  {
    await using store = await startProcess(folder.path)
    const place = placeOf(store.endpoint)
    const uploads = await place.client.send(new ListMultipartUploadsCommand({ Bucket }))
    expect(uploads.Uploads).toMatchObject([{ Key, UploadId: id }])
    const listed = await place.client.send(new ListPartsCommand({ Bucket, Key, UploadId: id }))
    expect(listed.Parts?.map(({ PartNumber, ETag }) => ({ PartNumber, ETag }))).toEqual(parts)
    parts.push(await sendPart(place, Key, id, 5, bodies[2]))
    await store.end('SIGKILL')
  }
  {
    await using store = await startProcess(folder.path)
    const place = placeOf(store.endpoint)
    const { ETag } = await completeParts(place, Key, id, parts)
    await store.end('SIGKILL')
    await using again = await startProcess(folder.path)
    const { client } = placeOf(again.endpoint)
    expect(await client.send(new HeadObjectCommand({ Bucket, Key }))).toMatchObject({ ETag })
    // A client that never saw the answer asks again, of another process.
    expect(await completeParts(placeOf(again.endpoint), Key, id, parts)).toMatchObject({ ETag })
    const { Body } = await client.send(new GetObjectCommand({ Bucket, Key }))
    expect(sha256((await Body?.transformToByteArray()) ?? new Uint8Array())).toBe(
      sha256(Buffer.concat(bodies)),
    )
  }
})
