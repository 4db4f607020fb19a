/**
 * 1 GiB in by parts and out again, through the embedded object store in a process of its own: seconds, and the most
 * memory that the kernel saw it hold (VmHWM). Linux only. `node test/bench/object-store.ts`
 */
import { createHash, randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { CreateBucketCommand, GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3'
import { beginUpload, completeParts, sendPart } from '../local/object-store/multipart.ts'
import { startProcess } from '../local/object-store/process.ts'
import { clientOf, MiB, temporaryFolder } from '../local/object-store/support.ts'

const Bucket = 'bench'
const partSize = 8 * MiB
const partCount = 128
const window = 4

const peak = async (pid: number): Promise<string> => {
  const status = await readFile(`/proc/${pid}/status`, 'utf8')
  return `${Math.round(Number(/VmHWM:\s+(\d+)/.exec(status)?.[1]) / 1024)} MiB peak RSS`
}

const timed = async <T>(name: string, pid: number, work: () => Promise<T>): Promise<T> => {
  const start = performance.now()
  const result = await work()
  const seconds = (performance.now() - start) / 1000
  console.log(`${name.padEnd(34)} ${seconds.toFixed(2).padStart(7)} s   ${await peak(pid)}`)
  return result
}

await using folder = await temporaryFolder()
await using store = await startProcess(folder.path)
// What the vault does: its own digests stand, so no second checksum is sent.
const client = clientOf(store.endpoint, {
  requestChecksumCalculation: 'WHEN_REQUIRED',
  responseChecksumValidation: 'WHEN_REQUIRED',
})
const place = { client, bucket: Bucket, [Symbol.asyncDispose]: async () => {} }
await client.send(new CreateBucketCommand({ Bucket }))
console.log(`${'started'.padEnd(34)} ${' '.repeat(9)}   ${await peak(store.pid)}`)

const bodies = Array.from({ length: window }, () => randomBytes(partSize))
const bodyOf = (number: number): Buffer => bodies[number % window] ?? Buffer.alloc(0)
const id = await beginUpload(place, 'long')
const parts = await timed(`${partCount} parts of 8 MiB, ${window} at once`, store.pid, async () => {
  const sent: Awaited<ReturnType<typeof sendPart>>[] = []
  let next = 1
  const lane = async () => {
    for (let number = next++; number <= partCount; number = next++)
      sent[number - 1] = await sendPart(place, 'long', id, number, bodyOf(number))
  }
  await Promise.all(bodies.map(lane))
  return sent
})
await timed('complete', store.pid, async () => await completeParts(place, 'long', id, parts))

const read = async (range: object) => {
  const { Body } = await client.send(new GetObjectCommand({ Bucket, Key: 'long', ...range }))
  const hash = createHash('md5')
  let size = 0
  for await (const chunk of Body as AsyncIterable<Buffer>) {
    hash.update(chunk)
    size += chunk.length
  }
  return { size, md5: hash.digest('hex') }
}
const expected = createHash('md5')
for (let number = 1; number <= partCount; number++) expected.update(bodyOf(number))
const found = await timed('1 GiB out', store.pid, async () => await read({}))
if (found.md5 !== expected.digest('hex')) throw new Error('the bytes that came out are others')
await timed('1,000 ranges of 64 KiB', store.pid, async () => {
  for (let at = 0; at < 1000; at++) {
    const start = ((at * 7919) % 16_000) * 65_536 + 1
    const { size } = await read({ Range: `bytes=${start}-${start + 65_535}` })
    if (size !== 65_536) throw new Error('a range of another size')
  }
})
await timed('2,000 puts of 1 KiB, 8 at once', store.pid, async () => {
  let next = 0
  const lane = async () => {
    for (let number = next++; number < 2000; number = next++)
      await client.send(new PutObjectCommand({ Bucket, Key: `small/${number}`, Body: randomBytes(1024) }))
  }
  await Promise.all(Array.from({ length: 8 }, lane))
})
client.destroy()
