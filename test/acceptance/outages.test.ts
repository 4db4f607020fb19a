import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { bareEnvironment } from '../support/bare-environment.ts'
import { ask, customerWith, endedImports, type Nightdrop, sftpBatch } from './nightdrop.ts'

// Every part is a process of its own that can be killed or stopped while a customer's client is at work.

const root = join(import.meta.dirname, '../..')
const run = promisify(execFile)

interface Part {
  said: Record<string, string>
  kill(signal: NodeJS.Signals): void
  ended: Promise<unknown>
}

let nightdrop: Nightdrop
let parts: Record<'postgres' | 'store' | 'sftp' | 'worker' | 'api', Part>
let env: Record<string, string>
let folder: string

/** A program of ours, started as `npm run …` would, which tells when it is ready. */
async function start(program: string, extra: Record<string, string> = {}): Promise<Part> {
  const child = spawn(process.execPath, [join(root, program)], {
    env: { ...bareEnvironment(), ...env, ...extra },
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  })
  let complaint = ''
  child.stderr?.on('data', chunk => {
    complaint += chunk
  })
  const ended = once(child, 'exit')
  const said = await Promise.race([once(child, 'message'), ended.then(() => undefined)])
  if (!said) throw new Error(`${program} did not start: ${complaint}`)
  const [message] = said as [Record<string, string> & { ready?: Record<string, string> }]
  return { said: message.ready ?? message, kill: signal => child.kill(signal), ended }
}

const startStore = (port: string) =>
  start('local/object-store/main.ts', {
    OBJECT_STORE_FOLDER: join(folder, 'objects'),
    OBJECT_STORE_PORT: port,
    OBJECT_STORE_ACCESS_KEY: 'test',
    OBJECT_STORE_SECRET_KEY: 'test-secret',
  })

const fixedPorts: Record<string, string> = {}

beforeAll(async () => {
  folder = await mkdtemp('/tmp/nightdrop-outages-')
  await chmod(folder, 0o755)
  env = {}
  const postgres = await start('test/acceptance/postgres-process.ts', { FOLDER: join(folder, 'postgres') })
  const store = await startStore('0')
  const endpoint = store.said['endpoint'] ?? ''
  fixedPorts['store'] = new URL(endpoint).port
  env = {
    DATABASE_URL: postgres.said['databaseUrl'] ?? '',
    DATABASE_OWNER_URL: postgres.said['ownerUrl'] ?? '',
    S3_BUCKET: 'outages',
    S3_ENDPOINT: endpoint,
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test-secret',
    MASTER_KEY: '11'.repeat(32),
    STAFF_TOKEN: 'a-staff-token-for-tests',
    SFTP_HOST_KEY_FOLDER: join(folder, 'host-keys'),
    API_PORT: '0',
    SFTP_PORT: '0',
    METRICS_PORT: '0',
    LOG_LEVEL: 'error',
    SHUTDOWN_SECONDS: '3',
  }
  await run(process.execPath, [join(root, 'core/operation/migrate.ts')], { env: { ...env } })
  const { CreateBucketCommand, S3Client } = await import('@aws-sdk/client-s3')
  const client = new S3Client({
    endpoint,
    region: 'us-east-1',
    forcePathStyle: true,
    credentials: { accessKeyId: 'test', secretAccessKey: 'test-secret' },
  })
  await client.send(new CreateBucketCommand({ Bucket: 'outages' }))
  client.destroy()
  const sftp = await start('sftp/main.ts')
  fixedPorts['sftp'] = sftp.said['sftp']?.split(':')[1] ?? ''
  const worker = await start('worker/main.ts')
  const api = await start('api/node.ts', { SFTP_PORT: fixedPorts['sftp'] ?? '' })
  parts = { postgres, store, sftp, worker, api }
  nightdrop = {
    api: api.said['api'] ?? '',
    sftp: { host: '127.0.0.1', port: fixedPorts['sftp'] ?? '' },
    folder,
    staffToken: env['STAFF_TOKEN'] ?? '',
  } as Nightdrop
}, 120_000)

afterAll(async () => {
  for (const name of ['api', 'worker', 'sftp', 'store', 'postgres'] as const) {
    parts?.[name]?.kill('SIGCONT')
    parts?.[name]?.kill(name === 'postgres' || name === 'store' ? 'SIGTERM' : 'SIGKILL')
    await parts?.[name]?.ended
  }
  await rm(folder, { recursive: true, force: true })
})

const template = {
  name: 'Calls',
  filePattern: '/*.csv',
  dialect: {},
  agentKey: 'NAME',
  timeZone: 'UTC',
  columns: [
    { header: 'Id', field: 'REFERENCE' },
    { header: 'Agent', field: 'AGENT' },
    { header: 'When', field: 'CONTACT_DATE', format: 'ISO' },
    { header: 'Notes', field: 'METADATA' },
  ],
}

async function writeRows(rows: number, notes = ''): Promise<string> {
  const local = join(folder, `rows-${rows}.csv`)
  const lines = Array.from({ length: rows }, (_, index) => `R${index},ann,2026-01-05T10:00:00Z,${notes}`)
  await writeFile(local, `Id,Agent,When,Notes\n${lines.join('\n')}\n`)
  return local
}

test('an sftp process killed in the middle of an upload: nothing is imported, the upload is told of, and sent again it is whole', async () => {
  const customer = await customerWith(nightdrop, 'sftp-killed', template)
  // Random-looking notes, so that the file is far larger than what the connection can hold in flight.
  const local = await writeRows(100_000, 'x'.repeat(200))
  const upload = sftpBatch(nightdrop, customer, `put ${local} calls.csv\n`).then(
    () => 'done',
    () => 'failed',
  )
  const started = async () => {
    const { tenant } = await ask<{ tenant: { files: { nodes: { status: string; size: number }[] } } }>(
      nightdrop,
      customer.token,
      '{ tenant { files { nodes { status size } } } }',
    )
    return tenant.files.nodes.some(file => file.size > 0)
  }
  while (!(await started())) await sleep(20)
  parts.sftp.kill('SIGKILL')
  expect(await upload).toBe('failed')
  const { tenant } = await ask<{
    tenant: { files: { nodes: { status: string }[] }; imports: { totalCount: number } }
  }>(nightdrop, customer.token, '{ tenant { files { nodes { status } } imports { totalCount } } }')
  expect(tenant.files.nodes).toEqual([{ status: 'INCOMPLETE' }])
  expect(tenant.imports.totalCount).toBe(0)

  parts.sftp = await start('sftp/main.ts', { SFTP_PORT: fixedPorts['sftp'] ?? '' })
  await sftpBatch(nightdrop, customer, `put ${local} calls.csv\n`)
  const [done] = await endedImports(nightdrop, customer.token, 1)
  expect(done).toMatchObject({ status: 'COMPLETED', rowsRead: 100_000, created: 100_000, rejected: 0 })
})

test('a worker killed in the middle of an import: another one starts it again, and it is whole', async () => {
  const customer = await customerWith(nightdrop, 'worker-killed', template)
  const local = await writeRows(100_000)
  await sftpBatch(nightdrop, customer, `put ${local} calls.csv\n`)
  const running = async () => {
    const { tenant } = await ask<{ tenant: { imports: { nodes: { status: string; progress: number }[] } } }>(
      nightdrop,
      customer.token,
      '{ tenant { imports { nodes { status progress } } } }',
    )
    return tenant.imports.nodes.some(node => node.status === 'RUNNING' && node.progress > 0)
  }
  while (!(await running())) await sleep(20)
  parts.worker.kill('SIGKILL')
  await parts.worker.ended
  const killedAt = performance.now()
  parts.worker = await start('worker/main.ts')
  const [done] = await endedImports(nightdrop, customer.token, 1)
  expect(done).toMatchObject({ status: 'COMPLETED', rowsRead: 100_000, created: 100_000, rejected: 0 })
  console.log(`whole again ${((performance.now() - killedAt) / 1_000).toFixed(1)} s after the kill`)
})

test('an object store that is away fails the upload loudly; back again, the upload passes', async () => {
  const customer = await customerWith(nightdrop, 'store-away', template)
  const local = await writeRows(10)
  parts.store.kill('SIGKILL')
  await parts.store.ended
  await expect(sftpBatch(nightdrop, customer, `put ${local} calls.csv\n`)).rejects.toThrow()
  parts.store = await startStore(fixedPorts['store'] ?? '0')
  await sftpBatch(nightdrop, customer, `put ${local} calls.csv\n`)
  const [done] = await endedImports(nightdrop, customer.token, 1)
  expect(done).toMatchObject({ status: 'COMPLETED', rowsRead: 10, created: 10 })
  expect(await readFile(local, 'utf8')).toContain('R9')
})

test('an object store that stalls during an import fails the try for our fault; back again, the import ends by itself', async () => {
  const customer = await customerWith(nightdrop, 'store-away-import', template)
  const local = await writeRows(50)
  parts.worker.kill('SIGSTOP')
  await sftpBatch(nightdrop, customer, `put ${local} calls.csv\n`)
  parts.store.kill('SIGKILL')
  await parts.store.ended
  parts.worker.kill('SIGCONT')
  await sleep(1_000)
  parts.store = await startStore(fixedPorts['store'] ?? '0')
  for (let tries = 0; ; tries++) {
    const [only] = await endedImports(nightdrop, customer.token, 1)
    if (only?.status === 'COMPLETED') break
    if (tries > 300) throw new Error(`still ${only?.status}`)
    await sleep(200)
  }
})

test('an sftp process that is told to end lets uploads through, takes no others, and says so while it does', async () => {
  const customer = await customerWith(nightdrop, 'sftp-ends', template)
  const local = await writeRows(30_000)
  parts.sftp.kill('SIGKILL')
  await parts.sftp.ended
  const patient = { SFTP_PORT: fixedPorts['sftp'] ?? '', SHUTDOWN_SECONDS: '30' }
  parts.sftp = await start('sftp/main.ts', patient)
  // Kilobits a second: the upload takes some four seconds.
  const upload = sftpBatch(nightdrop, customer, `put ${local} calls.csv\n`, ['-l', '2000'])
  await sleep(1_500)
  parts.sftp.kill('SIGTERM')
  await sleep(300)
  const ready = await fetch(`${parts.sftp.said['status']}/readyz`)
  expect(ready.status).toBe(503)
  expect(await ready.json()).toMatchObject({ ready: false, checks: { process: 'is ending' } })
  await expect(sftpBatch(nightdrop, customer, 'ls\n')).rejects.toThrow()
  await upload
  expect(await parts.sftp.ended).toEqual([0, null])
  const [done] = await endedImports(nightdrop, customer.token, 1)
  expect(done).toMatchObject({ status: 'COMPLETED', rowsRead: 30_000, created: 30_000 })
  parts.sftp = await start('sftp/main.ts', patient)
})
