import { readFileSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { subjects } from '../../../local/commands/subjects.ts'
import { printedSchema } from '../../../schema/print.ts'
import { openFolder } from '../support/nightdrop.ts'
import { nightdrop, nightdropHere } from './command-room.ts'

test('without a command, or asked for help, it lists every one, with 0', async () => {
  for (const typed of [[], ['--help'], ['help']]) {
    const ran = await nightdropHere(typed)
    expect(ran).toMatchObject({ code: 0, err: '' })
    for (const line of ['tenant create SLUG', 'token revoke [ID]', 'doctor', 'schema print'])
      expect(ran.out).toContain(line)
  }
  expect((await nightdropHere(['token', '--help'])).out).toContain('token create NAME --role ROLE')
  expect((await nightdropHere(['token', 'create', '--help'])).out).toContain('token create NAME --role ROLE')
})

test.each([
  [['nonsense'], 'There is no command "nonsense"'],
  [['constructor'], 'There is no command "constructor"'],
  [['tenant', 'toString'], 'There is no "tenant toString"'],
  [['--colour', 'tenant', 'list'], 'Options stand behind the command'],
  [['account', '--any', 'networks', 'x'], 'Options stand behind the command'],
  [['account', 'networks', 'x', '10.0.0.0/8', '--any'], 'not both'],
  [['token', 'create', 'a', '--role', 'STAFF', '--expires', '2027-02-31'], '--expires is a date'],
  [['key', 'add', 'x', 'f', `--label=ndc_${'a'.repeat(32)}`], 'A secret stood among the arguments'],
  [['tenant', 'destroy'], 'There is no "tenant destroy"'],
  [['tenant', 'create'], 'Something is missing'],
  [['tenant', 'create', 'a', 'b'], '"b" is one word too many'],
  [
    ['tenant', 'create', 'a', '--colour', 'red'],
    'There is no option --colour.\n\nnpm run nightdrop -- tenant create',
  ],
  [['tenant', 'create', 'a', '-c'], 'There is no option -c.\n'],
  [['import', 'list', 'a', '--first', '0'], '--first is a whole number from 1 on, not "0".'],
  [['tenant', 'create', 'a', '--name'], '--name'],
  [['config', 'check', 'nothing'], 'A process is one of'],
])('%j is a fault of usage: 2, with how it is typed', async (typed, words) => {
  const ran = await nightdropHere(typed)
  expect(ran).toMatchObject({ code: 2, out: '' })
  expect(ran.err).toContain(words)
  expect(ran.err).not.toMatch(/^ {4}at /m)
})

test('--json may stand anywhere, and the command is carried out', async () => {
  for (const typed of [
    ['--json', 'config', 'check', 'start'],
    ['config', '--json', 'check', 'start'],
    ['config', 'check', 'start', '--json'],
  ]) {
    const ran = await nightdropHere(typed)
    expect(ran.code).toBe(0)
    expect(ran.json()).toBeTypeOf('object')
  }
})

test('a shell gets the same code, and nothing but results on standard output', async () => {
  const ran = await nightdrop(['tenant', 'destroy'])
  expect(ran).toMatchObject({ code: 2, out: '', err: expect.stringContaining('tenant create SLUG') })
})

test('every command stands in docs/operation.md, with all that may follow it', () => {
  const page = readFileSync(new URL('../../../docs/operation.md', import.meta.url), 'utf8')
  const commands = Object.entries(subjects).flatMap(([noun, { verbs }]) =>
    Object.entries(verbs).map(([verb, { usage }]) => [noun, verb, usage].filter(Boolean).join(' ')),
  )
  expect(commands.length).toBeGreaterThan(15)
  // Within a table's cell a bar is written as \|.
  const told = page.replaceAll('\\|', '|')
  expect(commands.filter(command => !told.includes(`\`${command}\``))).toEqual([])
})

test('schema print is the committed SDL', async () => {
  expect(await nightdrop(['schema', 'print'])).toMatchObject({ code: 0, err: '', out: printedSchema() })
})

test('config check says all that is wrong at once, by name, or what is in force without a secret', async () => {
  const wrong = await nightdrop(['config', 'check'], { API_PORT: 'four', S3_SSE: 'rot13' })
  expect(wrong.code).toBe(1)
  expect(wrong.out).toContain('API_PORT must be a whole number')
  expect(wrong.out).toContain('S3_SSE must be one of')
  const api = await nightdrop(['config', 'check', 'api', '--json'])
  expect(api.code).toBe(1)
  expect(api.json<{ faults: string[] }>().faults).toContain('DATABASE_URL is not set.')

  const secret = 'a-staff-token-that-nobody-sees'
  const sound = await nightdrop(['config', 'check'], { STAFF_TOKEN: secret })
  expect(sound.code).toBe(0)
  expect(sound.out).toMatch(/^DATABASE_URL +embedded$/m)
  expect(sound.out).toMatch(/^STAFF_TOKEN +set$/m)
  expect(sound.out).not.toContain(secret)
})

test('half a setting is a slip, said before anything is made', async () => {
  await using room = await openFolder()
  const data = join(room.folder, 'data')
  const ran = await nightdrop(['tenant', 'list'], { S3_ENDPOINT: 'http://s3.example.com', DATA_DIR: data })
  expect(ran.code).toBe(1)
  expect(ran.err).toContain('S3_ENDPOINT is set and S3_BUCKET is not')
  expect(await readdir(room.folder)).toEqual([])
})

test('a database that does not answer is 1, in words', async () => {
  const server = createServer(socket => socket.destroy()).listen(0, '127.0.0.1')
  await new Promise(resolve => server.once('listening', resolve))
  const address = server.address()
  const port = typeof address === 'object' && address ? address.port : 0
  const env = {
    DATABASE_URL: `postgres://nightdrop_app:hidden@127.0.0.1:${port}/x`,
    S3_BUCKET: 'none',
    MASTER_KEY: '0'.repeat(64),
  }
  const ran = await nightdrop(['tenant', 'list'], env)
  server.close()
  expect(ran.code).toBe(1)
  expect(ran.err).not.toContain('hidden')
  expect(ran.err).not.toMatch(/^ {4}at /m)
})
