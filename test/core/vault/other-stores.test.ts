import { createHash } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, test } from 'vitest'
import { s3Bucket } from '../../../core/vault/s3-bucket.ts'

/** A store of another make: what it answers to each deletion of many is given, what it was sent is kept. */
const otherStore = async (answer: (keys: string[]) => string) => {
  const sent: { headers: IncomingHttpHeaders; body: string }[] = []
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString()
      if (request.method === 'GET') return response.end('<VersioningConfiguration/>')
      sent.push({ headers: request.headers, body })
      const keys = [...body.matchAll(/<Key>([^<]*)<\/Key>/g)].map(([, key = '']) => key)
      return response.end(`<DeleteResult>${answer(keys)}</DeleteResult>`)
    })
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const bucket = s3Bucket({
    bucket: 'night',
    endpoint: `http://127.0.0.1:${port}`,
    region: 'us-east-1',
    credentials: { accessKeyId: 'AKOTHER', secretAccessKey: 'a secret of this test' },
    attempts: 1,
  })
  const dispose = async () => {
    bucket.close()
    await new Promise(resolve => server.close(resolve))
  }
  return { bucket, sent, [Symbol.asyncDispose]: dispose }
}
const deleted = (key: string) => `<Deleted><Key>${key}</Key></Deleted>`

test('a deletion of many bears Content-MD5, which some stores demand, and no other checksum', async () => {
  await using store = await otherStore(keys => keys.map(deleted).join(''))
  await store.bucket.removeAll(['a', 'b'])
  const [{ headers, body } = { headers: {}, body: '' }] = store.sent
  expect(headers['content-md5']).toBe(createHash('md5').update(body).digest('base64'))
  expect(Object.keys(headers).filter(name => name.includes('checksum'))).toEqual([])
})

test('what the store says nothing of is not taken for gone', async () => {
  await using store = await otherStore(keys => keys.slice(0, 1).map(deleted).join(''))
  const { gone, failed } = await store.bucket.removeAll(['a', 'b'])
  expect(gone).toEqual(['a'])
  expect(failed).toMatchObject([{ name: 'b', error: { message: 'the store did not confirm it' } }])
})

test('an error that says that it was not there is as good as done; any other is none', async () => {
  const said = (key: string, code: string) => `<Error><Key>${key}</Key><Code>${code}</Code></Error>`
  await using store = await otherStore(
    () => said('a', 'NoSuchKey') + said('b', 'AccessDenied') + deleted('c'),
  )
  const { gone, failed } = await store.bucket.removeAll(['a', 'b', 'c'])
  expect(gone).toEqual(['a', 'c'])
  expect(failed).toMatchObject([{ name: 'b', error: { message: 'AccessDenied' } }])
})
