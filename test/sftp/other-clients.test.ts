import { randomBytes } from 'node:crypto'
import { mkdir, readFile, stat, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { SFTPWrapper } from 'ssh2'
import { describe, expect, test } from 'vitest'
import { installed, rawSession, run, sshArguments } from './support/clients.ts'
import type { Door } from './support/door.ts'
import { openDoor } from './support/door.ts'

const bytes = randomBytes(3_000_000)
const mtime = new Date('2024-02-29T01:02:03Z')

async function prepare(door: Door): Promise<string> {
  const file = join(door.desk, 'calls.csv')
  await writeFile(file, bytes)
  await utimes(file, mtime, mtime)
  return file
}

const missing = (program: string) => (installed(program) ? '' : ` (skipped: ${program} is not installed)`)

describe.skipIf(!installed('lftp'))(`lftp${missing('lftp')}`, () => {
  const lftp = (door: Door, commands: string[]) => {
    const program = ['ssh', '-a', '-x', ...sshArguments(door)].join(' ')
    const settings = [
      `set sftp:connect-program "${program}"`,
      'set net:max-retries 1',
      'set cmd:fail-exit true',
      'set xfer:clobber true',
      `open -u night, sftp://127.0.0.1:${door.server.port}`,
    ]
    return run('lftp', ['-c', [...settings, ...commands].join('; ')])
  }

  test('uploads by a temporary name, lists, and fetches back', async () => {
    await using door = await openDoor()
    const file = await prepare(door)
    const done = await lftp(door, [
      'set xfer:use-temp-file yes',
      'mkdir night',
      `put -O night ${file}`,
      'cls -l night',
      `get night/calls.csv -o ${door.desk}/back.csv`,
    ])
    expect(done).toMatchObject({ code: 0, out: expect.stringContaining('calls.csv') })
    expect((await readFile(join(door.desk, 'back.csv'))).equals(bytes)).toBe(true)
    expect(Math.floor((await stat(join(door.root, 'night', 'calls.csv'))).mtimeMs / 1000)).toBe(
      mtime.getTime() / 1000,
    )
  })

  test('is told why put -c does not go on with what was cut off, and sends it again whole', async () => {
    let cut = true
    const beforeWrite = async (offset: number) => {
      if (cut && offset > 1_000_000) throw new Error('the store is away')
    }
    await using door = await openDoor({ tree: { beforeWrite } })
    const file = await prepare(door)
    expect((await lftp(door, [`put ${file}`])).code).not.toBe(0)
    cut = false
    const refused = await lftp(door, [`put -c ${file}`])
    expect(refused).toMatchObject({ code: 1, out: expect.stringContaining('/calls.csv cannot be added to.') })
    expect(door.journal.opened.at(-1)).toEqual({ path: '/calls.csv', mode: 'append' })
    expect(await lftp(door, [`put ${file}`])).toMatchObject({ code: 0 })
    expect((await readFile(join(door.root, 'calls.csv'))).equals(bytes)).toBe(true)
  })

  test('mirrors a folder, and finds nothing to do the second time', async () => {
    await using door = await openDoor()
    await mkdir(join(door.desk, 'out', 'rec'), { recursive: true })
    await writeFile(join(door.desk, 'out', 'rec', 'a.wav'), bytes)
    expect(await lftp(door, [`mirror -R ${door.desk}/out out`])).toMatchObject({ code: 0 })
    expect(await lftp(door, [`mirror -R ${door.desk}/out out`])).toMatchObject({ code: 0 })
    expect(door.journal.completed).toEqual(['/out/rec/a.wav'])
  })
})

describe.skipIf(!installed('rclone'))(`rclone${missing('rclone')}`, () => {
  const rclone = (door: Door, args: string[]) => {
    const remote = `--sftp-host 127.0.0.1 --sftp-port ${door.server.port} --sftp-user night --sftp-shell-type none`
    const once = '--config /dev/null --retries 1 --low-level-retries 1'
    return run('rclone', [
      ...`${once} ${remote}`.split(' '),
      '--sftp-key-file',
      door.keyFile.ed25519,
      ...args,
    ])
  }

  test('copies, checks size and time, and finds nothing to do the second time', async () => {
    await using door = await openDoor()
    const file = await prepare(door)
    expect(await rclone(door, ['copy', file, ':sftp:night'])).toMatchObject({ code: 0 })
    expect(await rclone(door, ['copy', file, ':sftp:night'])).toMatchObject({ code: 0 })
    expect(door.journal.completed).toEqual(['/night/calls.csv'])
    expect(await rclone(door, ['cat', ':sftp:night/calls.csv', '--count', '0'])).toMatchObject({ code: 0 })
    const listed = await rclone(door, ['lsl', ':sftp:'])
    expect(listed.out).toMatch(/3000000 2024-02-29 \d\d:02:03\.0+ night\/calls\.csv/)
    expect(
      await rclone(door, ['check', door.desk, ':sftp:night', '--download', '--include', 'calls.csv']),
    ).toMatchObject({ code: 0 })
  })
})

describe('ssh2’s own client, which ssh2-sftp-client is made of', () => {
  test('uploads by fastPut, 64 WRITEs at once, and reads back by fastGet', async () => {
    await using door = await openDoor()
    const file = await prepare(door)
    const { client, channel } = await rawSession(door)
    channel.end()
    const files = await new Promise<SFTPWrapper>((resolve, reject) => {
      client.sftp((error, wrapper) => (error ? reject(error) : resolve(wrapper)))
    })
    const settle = (work: (done: (error?: Error | null) => void) => void) =>
      new Promise<void>((resolve, reject) => work(error => (error ? reject(error) : resolve())))
    await settle(done => files.fastPut(file, '/calls.csv', { concurrency: 64 }, done))
    await settle(done => files.fastGet('/calls.csv', join(door.desk, 'back.csv'), { concurrency: 64 }, done))
    expect((await readFile(join(door.desk, 'back.csv'))).equals(bytes)).toBe(true)
    expect(door.journal.completed).toEqual(['/calls.csv'])
    client.end()
  })
})
