import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { MOST_STREAMS } from '../../schema/open-streams.ts'
import { type ApiRoom, openApiRoom, STAFF_TOKEN } from './api-room.ts'
import { openEvents } from './event-stream.ts'
import { newImport as addImport, moveImport } from './watched-imports.ts'

let room: ApiRoom
let own: Awaited<ReturnType<ApiRoom['tenant']>>
beforeAll(async () => {
  room = await openApiRoom()
  own = await room.tenant('Own')
})
afterAll(() => room[Symbol.asyncDispose]())
afterEach(async () => {
  for (let tries = 0; room.api.listeners() > 0 && tries < 50; tries++) await pause(20)
  expect(room.api.listeners()).toBe(0)
})

const newImport = (status?: Parameters<typeof addImport>[2]) => addImport(room.database, own.tenantId, status)
const move = (id: string, status: 'RUNNING' | 'COMPLETED', progress?: number) =>
  moveImport(room.database, own.tenantId, id, status, progress === undefined ? {} : { progress })
const open = (token: string, id: string) =>
  openEvents(
    room.handler,
    'http://localhost/graphql',
    token,
    'subscription ($id: ID!) { importProgress(id: $id) { status progress file { path } } }',
    { id: room.nodeId('Import', id) },
  )

test('tells the state at once, as it moves, and a last time when it has ended', async () => {
  const id = await newImport()
  const { response, next } = await open(own.READER, id)
  expect(response.headers.get('content-type')).toContain('text/event-stream')
  expect(response.headers.get('x-accel-buffering')).toBe('no')
  expect(await next()).toEqual({ status: 'QUEUED', progress: 0, file: { path: '/a.csv' } })
  await move(id, 'RUNNING', 0.25)
  expect(await next()).toMatchObject({ status: 'RUNNING', progress: 0.25 })
  await move(id, 'COMPLETED')
  expect(await next()).toMatchObject({ status: 'COMPLETED', progress: 1 })
  expect(await next()).toBe('complete')
})

test('a few a second at most, and the last state is never left out', async () => {
  const id = await newImport()
  const { next } = await open(STAFF_TOKEN, id)
  await next()
  const started = performance.now()
  const moving = (async () => {
    for (let step = 1; step <= 40; step++) await move(id, 'RUNNING', step / 50)
    await move(id, 'COMPLETED')
  })()
  const seen: unknown[] = []
  for (let event = await next(); event !== 'complete'; event = await next()) seen.push(event)
  await moving
  expect(seen.length).toBeLessThanOrEqual(Math.ceil((performance.now() - started) / 300) + 1)
  expect(seen.at(-1)).toMatchObject({ status: 'COMPLETED' })
})

test('one that has ended already is told once', async () => {
  const { next } = await open(own.ADMIN, await newImport('COMPLETED'))
  expect(await next()).toMatchObject({ status: 'COMPLETED' })
  expect(await next()).toBe('complete')
})

test('holds no transaction while it waits', async () => {
  const { next, leave } = await open(own.READER, await newImport('RUNNING'))
  await next()
  await pause(400)
  const { default: postgres } = await import('postgres')
  const superuser = postgres(room.db.superuserUrl, { max: 1 })
  const [row] = await superuser`select count(*)::int as open from pg_stat_activity
    where datname = current_database() and state like 'idle in transaction%'`
  await superuser.end()
  expect(row?.['open']).toBe(0)
  await leave()
})

test('abandoned ones leave no listener', async () => {
  const id = await newImport('RUNNING')
  for (let round = 0; round < 10; round++) {
    const streams = await Promise.all(Array.from({ length: MOST_STREAMS }, () => open(own.READER, id)))
    for (const { next } of streams) await next()
    expect(room.api.listeners()).toBe(2 * MOST_STREAMS)
    await Promise.all(streams.map(({ leave }) => leave()))
  }
})

test('a token that is revoked ends its streams, and no others', async () => {
  const id = await newImport('RUNNING')
  const created = await room.data<{ createApiToken: { token: string; apiToken: { id: string } } }>(
    own.ADMIN,
    'mutation { createApiToken(name: "short", role: READER) { token apiToken { id } } }',
  )
  const { token, apiToken } = created.createApiToken
  const [theirs, others] = [await open(token, id), await open(own.READER, id)]
  await theirs.next()
  await others.next()
  await room.data(own.ADMIN, `mutation { revokeApiToken(id: "${apiToken.id}") { revokedAt } }`)
  expect(await theirs.next()).toBe('complete')
  await move(id, 'RUNNING', 0.5)
  expect(await others.next()).toMatchObject({ progress: 0.5 })
  await others.leave()
})
