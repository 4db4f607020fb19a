import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { type ApiRoom, openApiRoom, STAFF_TOKEN } from './api-room.ts'
import { type EventStream, openEvents } from './event-stream.ts'
import { moveImport, newImport } from './watched-imports.ts'

let room: ApiRoom
let own: Awaited<ReturnType<ApiRoom['tenant']>>
beforeAll(async () => {
  room = await openApiRoom()
})
afterAll(() => room[Symbol.asyncDispose]())
beforeEach(async () => {
  own = await room.tenant('Own')
})
afterEach(async () => {
  for (let tries = 0; room.api.listeners() > 0 && tries < 50; tries++) await pause(20)
  expect(room.api.listeners()).toBe(0)
})

interface Told {
  id: string
  status: string
  progress: number
}

const watch = (token: string, tenantId: string | null = null) =>
  openEvents(
    room.handler,
    'http://localhost/graphql',
    token,
    'subscription ($tenantId: ID) { imports(tenantId: $tenantId) { id status progress } }',
    { tenantId },
  )
const add = (status?: Parameters<typeof newImport>[2]) => newImport(room.database, own.tenantId, status)
const move = (id: string, ...how: [Parameters<typeof moveImport>[3], Parameters<typeof moveImport>[4]?]) =>
  moveImport(room.database, own.tenantId, id, ...how)
const next = async (stream: EventStream) => {
  const told = await stream.next<Told>()
  return told === 'complete'
    ? told
    : [Buffer.from(told.id, 'base64url').toString().split(':')[1], told.status]
}

test('what is under way is told first, then each import as it starts, moves and ends; nothing ends the stream', async () => {
  const first = await add('RUNNING')
  const second = await add()
  const stream = await watch(own.READER)
  expect(await next(stream)).toEqual([first, 'RUNNING'])
  expect(await next(stream)).toEqual([second, 'QUEUED'])
  await move(first, 'COMPLETED')
  expect(await next(stream)).toEqual([first, 'COMPLETED'])
  await move(second, 'RUNNING', { progress: 0.5 })
  expect(await next(stream)).toEqual([second, 'RUNNING'])
  const third = await add()
  await move(third, 'RUNNING')
  expect(await next(stream)).toEqual([third, 'RUNNING'])
  await move(second, 'COMPLETED')
  expect(await next(stream)).toEqual([second, 'COMPLETED'])
  await stream.leave()
})

test('what nobody was called for is told all the same, within seconds: queued, moved and ended', async () => {
  const stream = await watch(own.ADMIN)
  const quiet = await add()
  expect(await next(stream)).toEqual([quiet, 'QUEUED'])
  await move(quiet, 'COMPLETED', { quiet: true })
  expect(await next(stream)).toEqual([quiet, 'COMPLETED'])
  const missed = await add('COMPLETED')
  expect(await next(stream)).toEqual([missed, 'COMPLETED'])
  await stream.leave()
})

test('another tenant’s imports are not heard; staff hear those of the tenant they name', async () => {
  const other = await room.tenant('Other')
  const [mine, staffs] = [await watch(own.READER), await watch(STAFF_TOKEN, other.id)]
  const theirs = await newImport(room.database, other.tenantId, 'RUNNING')
  await moveImport(room.database, other.tenantId, theirs, 'COMPLETED')
  expect(await next(staffs)).toEqual([theirs, 'COMPLETED'])
  const ours = await add()
  await move(ours, 'RUNNING')
  expect(await next(mine)).toEqual([ours, 'RUNNING'])
  await Promise.all([mine.leave(), staffs.leave()])
})

test('staff name a tenant; a stranger to it hears NOT_FOUND', async () => {
  const code = async (token: string, tenantId: string | null) => {
    const answer = await room.ask(
      token,
      'subscription ($tenantId: ID) { imports(tenantId: $tenantId) { id } }',
      { tenantId },
    )
    return answer.errors?.map(error => error.extensions['code'])
  }
  const other = await room.tenant('Other')
  expect(await code(STAFF_TOKEN, null)).toEqual(['BAD_INPUT'])
  expect(await code(own.READER, other.id)).toEqual(['NOT_FOUND'])
})
