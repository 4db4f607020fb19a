import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest'
import { MOST_STREAMS } from '../../schema/open-streams.ts'
import { type ApiRoom, openApiRoom } from './api-room.ts'
import { type EventStream, openEvents } from './event-stream.ts'
import { newImport } from './watched-imports.ts'

let room: ApiRoom
let own: Awaited<ReturnType<ApiRoom['tenant']>>
let running: string
beforeAll(async () => {
  room = await openApiRoom()
  own = await room.tenant('Own')
  running = room.nodeId('Import', await newImport(room.database, own.tenantId, 'RUNNING'))
})
afterAll(() => room[Symbol.asyncDispose]())
afterEach(async () => {
  for (let tries = 0; room.api.listeners() > 0 && tries < 50; tries++) await pause(20)
  expect(room.api.listeners()).toBe(0)
})

const queries = () => [
  'subscription { imports { status } }',
  `subscription { importProgress(id: "${running}") { status } }`,
]
const open = (token: string, query = queries()[0] as string) =>
  openEvents(room.handler, 'http://localhost/graphql', token, query)

const leaveAll = (streams: EventStream[]) => Promise.all(streams.map(({ leave }) => leave()))

/** All that a token may have. */
async function openAll(token: string): Promise<EventStream[]> {
  const streams: EventStream[] = []
  try {
    for (let n = 0; n < MOST_STREAMS; n++) {
      const stream = await open(token, queries()[n % 2])
      streams.push(stream)
      expect(await stream.next()).toEqual({ status: 'RUNNING' })
    }
    return streams
  } catch (error) {
    await leaveAll(streams)
    throw error
  }
}

const first = async (token: string, query?: string): Promise<unknown> => {
  const { next, leave } = await open(token, query)
  try {
    return await next()
  } finally {
    await leave()
  }
}

test('a token has so many streams at once, of either kind; others have their own', async () => {
  const streams = await openAll(own.READER)
  for (const query of queries())
    await expect(first(own.READER, query)).rejects.toThrow(/streams open.*LIMITED/)
  const others = await openAll(own.ADMIN)
  await leaveAll([...streams, ...others])
})

test('whoever leaves makes room, over and over', async () => {
  for (let round = 0; round < 3; round++) {
    await leaveAll(await openAll(own.READER))
  }
  const [first, ...rest] = await openAll(own.READER)
  await first?.leave()
  const another = await open(own.READER)
  expect(await another.next()).toEqual({ status: 'RUNNING' })
  await leaveAll([another, ...rest])
})

test('whoever goes away before the stream begins makes room as well', async () => {
  const asked = Array.from({ length: MOST_STREAMS }, async (_, n) => {
    const gone = new AbortController()
    const answer = room.handler(
      new Request('http://localhost/graphql', {
        method: 'POST',
        headers: {
          accept: 'text/event-stream',
          'content-type': 'application/json',
          authorization: `Bearer ${own.ADMIN}`,
        },
        body: JSON.stringify({ query: queries()[0] }),
        signal: gone.signal,
      }),
    )
    setTimeout(() => gone.abort(), 2 * n)
    const response = await answer
    await response.body?.cancel()
    return response.status
  })
  await Promise.all(asked)
  await vi.waitFor(async () => leaveAll(await openAll(own.ADMIN)), { timeout: 8_000, interval: 200 })
})
