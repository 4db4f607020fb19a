import { once } from 'node:events'
import { connect } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { startApi } from '../../api/node-process.ts'
import type { Running } from '../../core/operation/run-process.ts'
import { tables } from '../../db/db.ts'
import { figuresAt } from '../support/figures.ts'
import { type ApiRoom, openApiRoom, STAFF_TOKEN } from './api-room.ts'

let room: ApiRoom
let running: Running | undefined
beforeEach(async () => {
  room = await openApiRoom()
})
afterEach(async () => {
  await running?.close()
  await room[Symbol.asyncDispose]()
})

async function start(env: Record<string, string> = {}) {
  running = await startApi({ ...room.config, ...env }, room.overrides)
  const { api = '', status = '' } = running.addresses
  return { api, origin: api.replace('/graphql', ''), status }
}

const viewer = (url: string, headers: Record<string, string> = {}) =>
  fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${STAFF_TOKEN}`, ...headers },
    body: '{"query":"{ viewer { role } }"}',
  })

test('answers GraphQL, health, readiness and version on its port, metrics on theirs', async () => {
  const { api, origin, status } = await start()
  expect(await (await viewer(api)).json()).toEqual({ data: { viewer: { role: 'STAFF' } } })
  expect(await (await fetch(`${origin}/healthz`)).json()).toEqual({ ok: true })
  expect(await (await fetch(`${origin}/readyz`)).json()).toEqual({
    ready: true,
    checks: { database: 'ok', migrations: 'ok', objectStore: 'ok' },
  })
  expect(await (await fetch(`${origin}/version`)).json()).toMatchObject({
    runtime: expect.stringMatching(/^node/),
  })
  expect((await fetch(`${origin}/nothing`)).status).toBe(404)
  const metrics = await (await fetch(`${status}/metrics`)).text()
  expect(metrics).toContain('nightdrop_http_requests_total{route="graphql",status="200",process="api"} 1')
})

test('its metrics have what the api measures, and no 0 for what others do', async () => {
  const { status } = await start()
  expect(await figuresAt(status)).toEqual(['db_pool_in_use', 'http_requests_total', 's3_request_seconds'])
})

test('says what is not ready: an object store that fails, a migration that is missing', async () => {
  const { origin } = await start()
  const bucket = room.vault.bucket as typeof room.vault.bucket & { before: () => void }
  bucket.before = () => {
    throw new Error('away')
  }
  const { default: postgres } = await import('postgres')
  const superuser = postgres(room.db.superuserUrl, { max: 1 })
  const forgotten = await superuser`
    delete from nightdrop_migrations.__drizzle_migrations
     where name = (select max(name) from nightdrop_migrations.__drizzle_migrations)`
  await superuser.end()
  expect(forgotten.count).toBe(1)
  const response = await fetch(`${origin}/readyz`)
  expect(response.status).toBe(503)
  expect(await response.json()).toMatchObject({
    ready: false,
    checks: { database: 'ok', migrations: 'failed', objectStore: 'failed' },
  })
})

test('a busy port is said by name', async () => {
  const { api } = await start()
  const port = Number(new URL(api).port)
  await expect(startApi({ ...room.config, API_PORT: port }, room.overrides)).rejects.toThrow(/API_PORT/)
})

test('ends with what is under way finished and streams ended, in time', async () => {
  const { api } = await start()
  const own = await room.tenant('Own')
  const id = await room.database.asTenant(own.tenantId, async tx => {
    const { tenantId } = own
    const [file] = await tx
      .insert(tables.uploadedFiles)
      .values({ tenantId, path: '/a.csv', kind: 'CONTACTS', status: 'STORED' })
      .returning()
    const [run] = await tx
      .insert(tables.imports)
      .values({ tenantId, fileId: file?.id ?? '', path: '/a.csv' })
      .returning()
    return room.nodeId('Import', run?.id ?? '')
  })
  const stream = await fetch(api, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'text/event-stream',
      authorization: `Bearer ${own.READER}`,
    },
    body: JSON.stringify({ query: `subscription { importProgress(id: "${id}") { status } }` }),
  })
  const text = stream.text()
  await pause(200)
  const started = performance.now()
  await running?.close()
  running = undefined
  expect(await text).toContain('event: complete')
  expect(performance.now() - started).toBeLessThan(5_000)
  await expect(viewer(api)).rejects.toThrow()
})

test('an address of another host, or no address, is refused', async () => {
  const { api } = await start()
  const { port, hostname } = new URL(api)
  for (const target of ['//evil.test/graphql', 'http://evil.test/graphql']) {
    const socket = connect(Number(port), hostname)
    socket.write(`GET ${target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`)
    const [answer] = (await once(socket, 'data')) as [Buffer]
    expect(answer.toString()).toMatch(/^HTTP\/1.1 400/)
    socket.destroy()
  }
})

test('a client that goes away in a download ends the reading', async () => {
  const { origin } = await start({ PUBLIC_URL: '' })
  const own = await room.tenant('Own')
  const { downloadable } = await import('./downloadable.ts')
  const { url } = await downloadable(room, own.tenantId, 32 * 2 ** 20)
  const bucket = room.vault.bucket as typeof room.vault.bucket & { fetched: number }
  bucket.fetched = 0
  const gone = new AbortController()
  const response = await fetch(url.replace('http://api.test', origin), { signal: gone.signal })
  await response.body?.getReader().read()
  gone.abort()
  await pause(300)
  const fetched = bucket.fetched
  expect(fetched).toBeLessThan(24 * 2 ** 20)
  await pause(300)
  expect(bucket.fetched).toBe(fetched)
})
