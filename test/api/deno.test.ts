import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { CreateBucketCommand } from '@aws-sdk/client-s3'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Bucket } from '../../core/vault/bucket.ts'
import { localMasterKeys } from '../../core/vault/master-keys.ts'
import { s3Bucket } from '../../core/vault/s3-bucket.ts'
import { createS3Client } from '../../core/vault/s3-client.ts'
import { createVault } from '../../core/vault/vault.ts'
import { type ObjectStore, startObjectStore } from '../../local/object-store/server.ts'
import { bareEnvironment } from '../support/bare-environment.ts'
import { type ApiRoom, openApiRoom, STAFF_TOKEN } from './api-room.ts'
import { fillTenant } from './contacts-fixture.ts'
import { downloadable } from './downloadable.ts'
import { playsOverItsPort } from './playing-suite.ts'
import { setsUpOverItsPort } from './setup-suite.ts'

/** The script of package.json, which is what people run; kept from the network's packages. */
const script =
  'run --allow-net --allow-env --allow-read --allow-sys --node-modules-dir=manual api/deno.ts'.split(' ')
const root = fileURLToPath(new URL('../..', import.meta.url))
const credentials = { accessKeyId: 'test', secretAccessKey: 'test-secret' }

let room: ApiRoom
let store: ObjectStore
let bucket: Bucket
let folder: string
let deno: ChildProcess
let origin: string
let errors = ''

beforeAll(async () => {
  room = await openApiRoom()
  folder = await mkdtemp(join(tmpdir(), 'nightdrop-deno-'))
  store = await startObjectStore({ folder, host: '127.0.0.1', port: 0, credentials })
  const client = createS3Client({
    bucket: 'deno',
    region: 'us-east-1',
    endpoint: store.endpoint,
    credentials,
  })
  await client.send(new CreateBucketCommand({ Bucket: 'deno' }))
  client.destroy()
  bucket = s3Bucket({ bucket: 'deno', region: 'us-east-1', endpoint: store.endpoint, credentials })
  // npm's `deno` puts the program in its place when it first runs, and hands no signals on.
  spawnSync(join(root, 'node_modules/.bin/deno'), ['--version'])
  deno = spawn(join(root, 'node_modules/deno/deno'), script, {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...bareEnvironment(),
      HOME: process.env['HOME'] ?? '',
      DENO_NO_UPDATE_CHECK: '1',
      DATABASE_URL: room.db.databaseUrl,
      S3_BUCKET: 'deno',
      S3_ENDPOINT: store.endpoint,
      AWS_ACCESS_KEY_ID: credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
      MASTER_KEY: room.config.MASTER_KEY.toString('hex'),
      STAFF_TOKEN,
      API_PORT: '0',
      TRUSTED_PROXIES: '127.0.0.0/8',
      LOG_LEVEL: 'warn',
    },
  })
  deno.stderr?.on('data', chunk => {
    errors += chunk
  })
  origin = await new Promise<string>((resolve, reject) => {
    deno.stdout?.on('data', chunk => {
      const [, url] = /api=(\S+)\/graphql/.exec(String(chunk)) ?? []
      if (url) resolve(url)
    })
    deno.once('exit', () => reject(new Error(errors)))
  })
})
afterAll(async () => {
  if (deno?.exitCode === null) deno.kill('SIGKILL')
  bucket?.close()
  await store?.[Symbol.asyncDispose]()
  await rm(folder, { recursive: true, force: true })
  await room?.[Symbol.asyncDispose]()
})

const ask = async (token: string, query: string) => {
  const response = await fetch(`${origin}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify({ query }),
  })
  return await response.json()
}

test('the same source answers on Deno: a page, a mutation, readiness, version', async () => {
  const own = await room.tenant('Own')
  await fillTenant(room.database, own.tenantId, 3)
  expect(
    await ask(
      own.READER,
      '{ tenant { contacts(first: 2) { totalCount nodes { reference agent { name } } } } }',
    ),
  ).toEqual({
    data: {
      tenant: {
        contacts: {
          totalCount: 3,
          nodes: [
            { reference: 'r-2', agent: { name: 'Cem' } },
            { reference: 'r-1', agent: { name: 'Bob' } },
          ],
        },
      },
    },
  })
  expect(await ask(own.ADMIN, 'mutation { upsertAgents(agents: [{ name: "Dee" }]) { name } }')).toEqual({
    data: { upsertAgents: [{ name: 'Dee' }] },
  })
  expect(await (await fetch(`${origin}/readyz`)).json()).toMatchObject({ ready: true })
  expect(await (await fetch(`${origin}/version`)).json()).toMatchObject({
    runtime: expect.stringMatching(/^deno/),
  })
})

/** The room with the bucket that the process reads. */
const stored = () => ({
  ...room,
  vault: createVault({ bucket, master: localMasterKeys(room.config.MASTER_KEY) }),
})

playsOverItsPort(() => ({
  room,
  store: stored(),
  origin,
  async flip(storageKey, at) {
    const found = await bucket.get(storageKey, 0, Number.MAX_SAFE_INTEGER)
    const bytes = found?.bytes ?? Buffer.alloc(0)
    bytes[at] = (bytes[at] ?? 0) ^ 1
    await bucket.put(storageKey, bytes)
  },
}))

setsUpOverItsPort(() => ({ room, origin }))

test('a download, whole and in part', async () => {
  const own = await room.tenant('Files')
  const { url, bytes } = await downloadable(stored(), own.tenantId, 2 * 2 ** 20 + 5)
  const link = url.replace('http://api.test', origin)
  const whole = await fetch(link)
  expect(Buffer.from(await whole.arrayBuffer()).equals(bytes)).toBe(true)
  const part = await fetch(link, { headers: { range: 'bytes=1048570-1048585' } })
  expect(part.status).toBe(206)
  expect(Buffer.from(await part.arrayBuffer()).equals(bytes.subarray(1_048_570, 1_048_586))).toBe(true)
})

test('a subscription streams, and SIGTERM ends it and the process', async () => {
  const own = await room.tenant('Stream')
  const { run } = await fillTenant(room.database, own.tenantId, 1)
  const response = await fetch(`${origin}/graphql`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'text/event-stream',
      authorization: `Bearer ${own.ADMIN}`,
    },
    body: JSON.stringify({
      query: `subscription { importProgress(id: "${room.nodeId('Import', run.id)}") { status } }`,
    }),
  })
  const text = await response.text()
  expect(text).toContain('"status":"COMPLETED"')
  expect(text).toContain('event: complete')
  deno.kill('SIGTERM')
  const [code] = await once(deno, 'exit')
  expect(code, errors).toBe(0)
})
