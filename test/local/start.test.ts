import { createServer } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { leftOn, openFolder, processesOf, type Started, startAll } from './support/nightdrop.ts'

let room: Awaited<ReturnType<typeof openFolder>>
let data: string
beforeAll(async () => {
  room = await openFolder()
  data = join(room.folder, 'data')
})
afterAll(() => room[Symbol.asyncDispose]())

const ready = /^nightdrop ready api=http:\/\/127\.0\.0\.1:\d+\/graphql sftp=127\.0\.0\.1:\d+\n$/

const kill = (started: Started, signal: NodeJS.Signals, group = false) =>
  process.kill((group ? -1 : 1) * (started.process.pid ?? 0), signal)

const ask = async (started: Started, query: string) => {
  const [, api = ''] = /api=(\S+)/.exec(started.out()) ?? []
  return await fetch(api, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query }),
  })
}

test('one line says that all answers; Ctrl-C, which the terminal sends to the whole group, ends it with 0 and leaves nothing', async () => {
  const started = startAll(data)
  await started.says('nightdrop ready')
  expect(started.out()).toMatch(ready)
  expect(started.err()).toContain('Back it up now')
  expect((await ask(started, '{ viewer { name } }')).status).toBe(200)
  kill(started, 'SIGINT', true)
  expect(await started.ended).toBe(0)
  expect(await leftOn(room.folder, 0)).toEqual([])
})

test('SIGINT to it alone, twice, ends it with 0 on the same data', async () => {
  const started = startAll(data)
  await started.says('nightdrop ready')
  expect(started.err()).not.toContain('master key was made')
  kill(started, 'SIGINT')
  kill(started, 'SIGINT')
  expect(await started.ended).toBe(0)
  expect(await leftOn(room.folder, 0)).toEqual([])
})

test('Ctrl-C before it is ready ends it as well, in peace', async () => {
  for (const after of [200, 1_200, 2_500]) {
    const started = startAll(data)
    await new Promise(resolve => setTimeout(resolve, after))
    kill(started, 'SIGINT', true)
    // The very first moments are Node's own: then the signal ends it, and nothing was begun.
    expect([0, 'SIGINT']).toContain(await started.ended)
    expect(started.err()).not.toMatch(/^ {4}at /m)
    expect(await leftOn(room.folder, 2)).toEqual([])
  }
})

test('a second one on the same folder is refused in words, and the first goes on', async () => {
  const first = startAll(data)
  await first.says('nightdrop ready')
  const second = startAll(`${room.folder}/./data/`)
  expect(await second.ended).toBe(1)
  expect(second.err()).toBe(
    `Another Nightdrop uses ${data}: end it first, or set DATA_DIR to another folder.\n`,
  )
  expect((await ask(first, '{ viewer { name } }')).status).toBe(200)
  kill(first, 'SIGTERM')
  expect(await first.ended).toBe(0)
})

test.each(['API_PORT', 'SFTP_PORT'])(
  'a busy %s is said by name, without a stack, with exit code 1',
  async variable => {
    const server = createServer().listen(0, '127.0.0.1')
    await new Promise(resolve => server.once('listening', resolve))
    const address = server.address()
    const port = String(typeof address === 'object' && address ? address.port : 0)
    try {
      const started = startAll(data, { [variable]: port })
      expect(await started.ended).toBe(1)
      expect(started.out()).toBe('')
      expect(started.err()).toContain(`Port ${port} on 127.0.0.1 is in use`)
      expect(started.err()).toContain(`set ${variable} to another port`)
      expect(started.err()).not.toMatch(/^ {4}at /m)
      expect(await leftOn(room.folder, 0)).toEqual([])
    } finally {
      server.close()
    }
  },
)

describe('what ends by itself', () => {
  test.each([
    ['worker', 'worker/main.ts'],
    ['object store', 'object-store/main.ts'],
    ['PostgreSQL', 'bin/postgres'],
  ])('%s: the rest ends too, with 1', async (name, program) => {
    const started = startAll(data)
    await started.says('nightdrop ready')
    const found = (await processesOf(room.folder)).find(
      each => each.command.includes(program) && !each.command.startsWith('/bin/sh'),
    )
    process.kill(found?.pid ?? 0, 'SIGKILL')
    expect(await started.ended).toBe(1)
    expect(started.err()).toContain(`${name} ended`)
    expect(started.err()).toContain('Nightdrop stops.')
    expect(await leftOn(room.folder, 2)).toEqual([])
  })
})

test('killed outright it leaves nothing behind within seconds, and starts again on the same data', async () => {
  const started = startAll(data)
  await started.says('nightdrop ready')
  expect((await processesOf(room.folder)).length).toBeGreaterThan(5)
  kill(started, 'SIGKILL')
  expect(await started.ended).toBe('SIGKILL')
  expect(await leftOn(room.folder, 15)).toEqual([])
  const again = startAll(data)
  await again.says('nightdrop ready')
  kill(again, 'SIGTERM')
  expect(await again.ended).toBe(0)
})

test('what is wrong is said before anything is kept, by name', async () => {
  const started = startAll(join(room.folder, 'other'), {
    DATABASE_OWNER_URL: 'postgres://owner@db/x',
    S3_ENDPOINT: 'https://s3.example.com',
  })
  expect(await started.ended).toBe(1)
  expect(started.err()).toContain('DATABASE_OWNER_URL is set and DATABASE_URL is not')
  expect(started.err()).toContain('S3_ENDPOINT is set and S3_BUCKET is not')
  expect(started.err()).not.toMatch(/^ {4}at /m)
})
