import { spawn } from 'node:child_process'
import { chmod, mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { userInfo } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import postgres from 'postgres'
import { expect, test } from 'vitest'
import { StartFault } from '../../core/operation/start-fault.ts'
import { freePort } from '../../local/free-port.ts'
import { type ServerOptions, startPostgres } from '../../local/postgres/server.ts'
import { leftOn, openFolder, run } from './support/nightdrop.ts'

const optionsFor = async (folder: string): Promise<ServerOptions> => ({
  folder: join(folder, 'postgres'),
  port: await freePort(),
  password: 'it’s a "secret" $1',
  durable: false,
  settings: { shared_buffers: '16MB' },
})

async function query(url: string, statement: string) {
  const client = postgres(url, { max: 1, onnotice: () => {} })
  try {
    return [...(await client.unsafe(statement))]
  } finally {
    await client.end()
  }
}

const fault = (words: RegExp) =>
  expect.objectContaining({ constructor: StartFault, message: expect.stringMatching(words) })

test('stopped and started again on the same folder, it has its data; another password does not open it', async () => {
  await using room = await openFolder()
  const options = await optionsFor(room.folder)
  const first = await startPostgres(options)
  await query(first.superuserUrl('postgres'), 'create table kept as select 42 as answer')
  await first.close()
  await first.ended
  expect(await readdir(room.folder)).toEqual(['postgres'])
  const second = await startPostgres({ ...options, port: await freePort() })
  expect(await query(second.superuserUrl('postgres'), 'select answer from kept')).toEqual([{ answer: 42 }])
  await second.close()
  await second.close()
  await expect(startPostgres({ ...options, password: 'other' })).rejects.toEqual(
    fault(/password kept for PostgreSQL/),
  )
  expect(await leftOn(room.folder, 2)).toEqual([])
})

test('it ends with the process that started it, also when that was killed', async () => {
  await using room = await openFolder()
  const options = await optionsFor(room.folder)
  const program = join(room.folder, 'parent.ts')
  const server = new URL('../../local/postgres/server.ts', import.meta.url).href
  await writeFile(
    program,
    `import { startPostgres } from '${server}'
const server = await startPostgres(${JSON.stringify(options)})
console.log('up ' + server.superuserUrl('postgres'))
setInterval(() => {}, 1000)`,
  )
  const parent = spawn(process.execPath, [program], { stdio: ['ignore', 'pipe', 'inherit'] })
  let out = ''
  parent.stdout.on('data', chunk => {
    out += chunk
  })
  while (!out.includes('\n')) await sleep(50)
  await query(out.trim().slice(3), 'create table kept as select 7 as answer')
  parent.kill('SIGKILL')
  expect(await leftOn(options.folder, 10)).toEqual([])
  await using again = await startPostgres(options)
  expect(await query(again.superuserUrl('postgres'), 'select answer from kept')).toEqual([{ answer: 7 }])
})

test('an orphan on the folder is stopped, and its data is there', async () => {
  await using room = await openFolder()
  const options = await optionsFor(room.folder)
  const orphan = await startPostgres(options)
  await query(orphan.superuserUrl('postgres'), 'create table kept as select 1 as answer')
  await using next = await startPostgres({ ...options, port: await freePort() })
  await orphan.ended
  expect(await query(next.superuserUrl('postgres'), 'select answer from kept')).toEqual([{ answer: 1 }])
})

test('a process that only bears the number of a server long gone is left alone', async () => {
  await using room = await openFolder()
  const options = await optionsFor(room.folder)
  await (await startPostgres(options)).close()
  const innocent = spawn('sleep', ['60'])
  await writeFile(join(options.folder, 'postmaster.pid'), `${innocent.pid}\n${options.folder}\n`)
  const server = await startPostgres(options)
  expect(innocent.signalCode).toBeNull()
  await server.close()
  innocent.kill('SIGKILL')
})

test('a folder with somebody else’s files is not touched', async () => {
  await using room = await openFolder()
  const options = await optionsFor(room.folder)
  await mkdir(options.folder)
  await writeFile(join(options.folder, 'thesis.txt'), 'years of work')
  await expect(startPostgres(options)).rejects.toEqual(fault(/holds files that are no PostgreSQL's/))
  expect(await readFile(join(options.folder, 'thesis.txt'), 'utf8')).toBe('years of work')
})

test('a start that was cut short while it made the folder is begun anew', async () => {
  await using room = await openFolder()
  const options = await optionsFor(room.folder)
  await mkdir(`${options.folder}.new`)
  await writeFile(join(`${options.folder}.new`, 'PG_VERSION'), '18\n')
  await using server = await startPostgres(options)
  expect(await query(server.superuserUrl('postgres'), 'select 1 as one')).toEqual([{ one: 1 }])
})

test('a busy port is said in PostgreSQL’s own words, and nothing is left running', async () => {
  await using room = await openFolder()
  const options = await optionsFor(room.folder)
  await using room2 = await openFolder()
  await using _first = await startPostgres({ ...options, folder: join(room2.folder, 'postgres') })
  await expect(startPostgres({ ...options, password: 'other' })).rejects.toEqual(
    fault(/could not bind|already in use|does not open/),
  )
  expect(await leftOn(options.folder, 2)).toEqual([])
})

test.skipIf(userInfo().uid !== 0)(
  'a folder that PostgreSQL’s user cannot reach is said in words (skipped unless root)',
  async () => {
    await using room = await openFolder()
    const closed = join(room.folder, 'closed')
    await mkdir(closed, { mode: 0o700 })
    const options = await optionsFor(closed)
    await expect(startPostgres(options)).rejects.toEqual(
      fault(
        /could not make its folder .*closed\/postgres, as the user postgres, who must be able to reach it/,
      ),
    )
    expect(await readdir(closed)).toEqual([])
    await chmod(closed, 0o755)
    await using server = await startPostgres(options)
    await chmod(closed, 0o700)
    await server.close()
    await expect(startPostgres(options)).rejects.toEqual(
      fault(/PostgreSQL ended while starting|cannot be run/),
    )
  },
)

test.skipIf(userInfo().uid !== 0)(
  'npm start says the same, with exit code 1 (skipped unless root)',
  async () => {
    await using room = await openFolder()
    await chmod(room.folder, 0o700)
    const started = run('local/start.ts', { DATA_DIR: join(room.folder, 'data') })
    expect(await started.ended).toBe(1)
    expect(started.err()).toContain('who must be able to reach it')
    expect(started.err()).not.toMatch(/^ {4}at /m)
  },
)
