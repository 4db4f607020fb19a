import { readFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { leftOn, openFolder, startAll } from '../support/nightdrop.ts'
import { nightdrop } from './command-room.ts'

let room: Awaited<ReturnType<typeof openFolder>>
let data: string
let env: Record<string, string>
beforeAll(async () => {
  room = await openFolder()
  data = join(room.folder, 'data')
  env = { DATA_DIR: data, API_PORT: '0', SFTP_PORT: '0', METRICS_PORT: '0' }
})
afterAll(() => room[Symbol.asyncDispose]())

interface Findings {
  ok: boolean
  checks: { name: string; ok: boolean; detail: string }[]
}

test('on an empty data folder a command starts what is embedded, for itself, and leaves nothing running', async () => {
  const made = await nightdrop(['tenant', 'create', 'acme'], env)
  expect(made).toMatchObject({ code: 0, err: expect.stringContaining('Back it up now') })
  expect(await leftOn(room.folder, 5)).toEqual([])
})

test('two commands at once on a folder where nothing runs take turns', async () => {
  const both = await Promise.all([
    nightdrop(['tenant', 'list'], env),
    nightdrop(['account', 'list', 'acme'], env),
  ])
  expect(both.map(ran => ran.code)).toEqual([0, 0])
})

test('while npm start runs on the folder, commands reach it; the master key stands in no further file', async () => {
  const started = startAll(data)
  await started.says('nightdrop ready')
  const [, sftp = ''] = /sftp=127\.0\.0\.1:(\d+)/.exec(started.out()) ?? []
  const listed = await nightdrop(['tenant', 'list', '--json'], env)
  expect(listed).toMatchObject({ code: 0, err: '' })
  expect(listed.json()).toMatchObject([{ slug: 'acme' }])
  const elsewhere = { ...env, MASTER_KEY: 'ab'.repeat(32) }
  expect(await nightdrop(['tenant', 'list'], elsewhere)).toMatchObject({
    code: 1,
    out: '',
    err: expect.stringContaining('has its own MASTER_KEY'),
  })
  const account = await nightdrop(['account', 'create', 'acme', '--json'], env)
  expect(account.json<{ port: number; hostKeyFingerprints: string[] }>()).toMatchObject({
    port: Number(sftp),
    hostKeyFingerprints: [expect.stringMatching(/^SHA256:/), expect.anything(), expect.anything()],
  })

  const looked = (await nightdrop(['doctor', '--json'], env)).json<Findings>()
  expect(looked.checks.filter(check => !check.ok)).toEqual([])
  const detailOf = (name: string) => looked.checks.find(check => check.name === name)?.detail
  expect(detailOf('object store: put, get, delete')).toMatch(
    /^put .* ms, get .* ms, delete .* ms for 64 KiB$/,
  )
  expect(detailOf('port of SFTP')).toBe(`Nightdrop answers at 127.0.0.1:${sftp}`)

  const masterKey = (await readFile(join(data, 'master-key'), 'utf8')).trim()
  const record = join(data, 'running.json')
  expect(await readFile(record, 'utf8')).not.toContain(masterKey)
  process.kill(started.process.pid ?? 0, 'SIGTERM')
  expect(await started.ended).toBe(0)
  await expect(readFile(record)).rejects.toThrow('ENOENT')
})

test('what a killed stack left behind misleads nobody', async () => {
  const started = startAll(data)
  await started.says('nightdrop ready')
  process.kill(started.process.pid ?? 0, 'SIGKILL')
  await started.ended
  await leftOn(room.folder, 15)
  const listed = await nightdrop(['tenant', 'list', '--json'], env)
  expect(listed.json()).toMatchObject([{ slug: 'acme' }])
})

test('doctor says what is wrong, and 1: another program on a port, a master key that opens nothing', async () => {
  const server = createServer(socket => socket.end('SSH-2.0-Other\r\n')).listen(0, '127.0.0.1')
  await new Promise(resolve => server.once('listening', resolve))
  const address = server.address()
  const port = typeof address === 'object' && address ? address.port : 0
  const wrong = { ...env, SFTP_PORT: String(port), MASTER_KEY: 'f'.repeat(64) }
  const ran = await nightdrop(['doctor'], wrong)
  server.close()
  expect(ran.code).toBe(1)
  expect(ran.out).toMatch(new RegExp(`^FAIL port of SFTP +Port ${port} on 127.0.0.1 is in use`, 'm'))
  expect(ran.out).toMatch(/^FAIL master key +The key of tenant .* is MASTER_KEY the one it was made with\?/m)
  // Not a terminal: no colours.
  expect(ran.out).not.toContain('\u001b')
})
