/**
 * 1 GiB through the vault, against the same work by plain node:crypto in the same run: MiB a second, and the most
 * memory this process held meanwhile. The embedded object store is a process of its own. Linux only.
 * `node test/bench/vault.ts [MiB]`
 */
import { createCipheriv, createHash, randomBytes, randomUUID } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import { CreateBucketCommand } from '@aws-sdk/client-s3'
import type { Bucket } from '../../core/vault/bucket.ts'
import { PART_BYTES } from '../../core/vault/layout.ts'
import { localMasterKeys } from '../../core/vault/master-keys.ts'
import { s3Bucket } from '../../core/vault/s3-bucket.ts'
import type { StoredObject, Vault } from '../../core/vault/vault.ts'
import { createVault } from '../../core/vault/vault.ts'
import { memoryLedger } from '../core/vault/vault-room.ts'
import { startProcess } from '../local/object-store/process.ts'
import { clientOf, credentials, MiB, temporaryFolder } from '../local/object-store/support.ts'

const total = Number(process.argv[2] ?? 1024)
// As a client's writes come: limits@openssh.com makes them 255 KiB.
const write = randomBytes(255 * 1024)
const segment = randomBytes(MiB)

const peak = async () => {
  const status = await readFile('/proc/self/status', 'utf8')
  return `${Math.round(Number(/VmHWM:\s+(\d+)/.exec(status)?.[1]) / 1024)} MiB peak RSS`
}

const timed = async <T>(name: string, work: () => Promise<T>): Promise<T> => {
  // Forgets the peak so far.
  await writeFile('/proc/self/clear_refs', '5').catch(() => undefined)
  const start = performance.now()
  const processor = process.cpuUsage()
  const result = await work()
  const seconds = (performance.now() - start) / 1000
  const { user, system } = process.cpuUsage(processor)
  const rate = `${Math.round(total / seconds)} MiB/s`.padStart(11)
  const busy = `${((user + system) / 1e6).toFixed(2)} s of processor`
  console.log(`${name.padEnd(46)} ${rate}   ${busy.padStart(22)}   ${await peak()}`)
  return result
}

/** Takes everything, keeps nothing. */
const discarding: Bucket = {
  put: async () => undefined,
  get: async () => undefined,
  head: async () => undefined,
  remove: async () => undefined,
  removeAll: async names => ({ gone: [...names], failed: [] }),
  async *list() {},
  beginParts: async () => 'nowhere',
  putPart: async () => 'etag',
  completeParts: async () => undefined,
  abortParts: async () => undefined,
  async *listParts() {},
  async *listUploads() {},
  close: () => undefined,
}

const vaultOver = (bucket: Bucket) => createVault({ bucket, master: localMasterKeys(randomBytes(32)) })

const upload = async (vault: Vault, tenantId: string, wrappedTenantKey: Buffer): Promise<StoredObject> => {
  const identity = { tenantId, objectId: randomUUID() }
  const created = await vault.newObject(identity, wrappedTenantKey)
  const writer = vault.write(created, memoryLedger())
  for (let sent = 0; sent < total * MiB; sent += write.length) await writer.write(write)
  const { size } = await writer.finish()
  await writer.complete()
  return { ...identity, ...created, wrappedTenantKey, size }
}

console.log(
  `${total} MiB, segments of 1 MiB, parts of ${PART_BYTES} bytes; before the first: ${await peak()}`,
)
const tenantId = randomUUID()

{
  const vault = vaultOver(discarding)
  const wrapped = await vault.newTenantKey(tenantId)
  await timed('writer to a discarding bucket', () => upload(vault, tenantId, wrapped))
}
{
  await using folder = await temporaryFolder()
  await using store = await startProcess(folder.path)
  const client = clientOf(store.endpoint)
  await client.send(new CreateBucketCommand({ Bucket: 'bench' }))
  client.destroy()
  const place = { bucket: 'bench', endpoint: store.endpoint, region: 'us-east-1', credentials }
  const vault = vaultOver(s3Bucket(place))
  const wrapped = await vault.newTenantKey(tenantId)
  const object = await timed('writer to the embedded S3', () => upload(vault, tenantId, wrapped))
  await timed('reader from the embedded S3', async () => {
    let size = 0
    for await (const chunk of vault.readAll(object)) size += chunk.length
    if (size !== object.size) throw new Error(`${size} bytes came back of ${object.size}`)
  })
  vault.bucket.close()
}
await timed('plain node:crypto, AES-256-GCM', async () => {
  const key = randomBytes(32)
  for (let index = 0; index < total; index++) {
    const cipher = createCipheriv('aes-256-gcm', key, randomBytes(12))
    cipher.update(segment)
    cipher.final()
    if (index % 16 === 0) await new Promise(setImmediate)
  }
})
await timed('plain node:crypto, AES-256-GCM + 2 SHA-256', async () => {
  const key = randomBytes(32)
  const [whole, parts] = [createHash('sha256'), createHash('sha256')]
  for (let index = 0; index < total; index++) {
    const cipher = createCipheriv('aes-256-gcm', key, randomBytes(12))
    whole.update(segment)
    parts.update(cipher.update(segment))
    cipher.final()
    if (index % 16 === 0) await new Promise(setImmediate)
  }
})
