import { spawn } from 'node:child_process'
import { mkdir, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { FolderInUse, lockFolder } from '../../local/data-folder/lock.ts'
import { keptSecrets } from '../../local/data-folder/secrets.ts'
import { openFolder, startAll } from './support/nightdrop.ts'

let room: Awaited<ReturnType<typeof openFolder>>
let data: string
beforeEach(async () => {
  room = await openFolder()
  data = join(room.folder, 'data')
})
afterEach(() => room[Symbol.asyncDispose]())

/** Another process that holds the folder's lock until it is killed. */
async function holder(folder: string) {
  const program = join(room.folder, 'holder.ts')
  const lock = new URL('../../local/data-folder/lock.ts', import.meta.url).href
  await writeFile(
    program,
    `import { lockFolder } from '${lock}'
try { await lockFolder(${JSON.stringify(folder)}); console.log('held'); setInterval(() => {}, 1000) }
catch (error) { console.log(error.name) }`,
  )
  const child = spawn(process.execPath, [program], { stdio: ['ignore', 'pipe', 'inherit'] })
  let out = ''
  child.stdout.on('data', chunk => {
    out += chunk
  })
  const gone = new Promise(resolve => child.once('exit', resolve))
  while (!out.includes('\n')) await sleep(20)
  return {
    said: out.trim(),
    async kill() {
      child.kill('SIGKILL')
      await gone
    },
  }
}

describe('the lock of a data folder', () => {
  test('is one process’s, whatever way the folder is reached, and free again when given back', async () => {
    const first = await lockFolder(data)
    await symlink(data, join(room.folder, 'link'))
    for (const path of [data, `${data}/`, join(room.folder, 'link')])
      await expect(lockFolder(path)).rejects.toThrow(FolderInUse)
    await expect(lockFolder(data)).rejects.toThrow(
      `Another Nightdrop uses ${data}: end it first, or set DATA_DIR to another folder.`,
    )
    await first[Symbol.asyncDispose]()
    await (await lockFolder(data))[Symbol.asyncDispose]()
  })

  test('falls with a process that is killed, and its socket is taken over', async () => {
    const other = await holder(data)
    expect(other.said).toBe('held')
    await expect(lockFolder(data)).rejects.toThrow(FolderInUse)
    await other.kill()
    expect(await readdir(data)).toEqual(['lock'])
    await (await lockFolder(data))[Symbol.asyncDispose]()
  })

  test('goes to one of many that want a dead one’s place at once', async () => {
    await (await holder(data)).kill()
    const tries = await Promise.allSettled(Array.from({ length: 20 }, () => lockFolder(data)))
    const won = tries.filter(each => each.status === 'fulfilled')
    expect(won).toHaveLength(1)
    for (const each of won) await each.value[Symbol.asyncDispose]()
  })

  test('is seen by a process that shares the folder and nothing else', async () => {
    await mkdir(data)
    const foreign = createServer().listen(join(data, 'lock'))
    await new Promise(resolve => foreign.once('listening', resolve))
    await expect(lockFolder(data)).rejects.toThrow(FolderInUse)
    foreign.close()
  })

  test('holds where the path is too long for a socket', async () => {
    const deep = join(data, 'x'.repeat(100))
    const first = await lockFolder(deep)
    await expect(lockFolder(deep)).rejects.toThrow(FolderInUse)
    await first[Symbol.asyncDispose]()
  })

  test('of a folder that cannot be made says why', async () => {
    await writeFile(data, 'a file')
    await expect(lockFolder(join(data, 'below'))).rejects.toThrow(/DATA_DIR .* cannot be made: ENOTDIR/)
  })
})

describe('secrets', () => {
  const names = ['master-key', 'staff-token', 'database-password', 'object-store-key']

  test('are made once, different from each other, for their owner alone, and kept', async () => {
    await mkdir(data)
    const first = await keptSecrets(data)
    expect(first.made).toEqual(names)
    expect(new Set(Object.values(first).slice(0, 4)).size).toBe(4)
    expect(first.masterKey).toMatch(/^[0-9a-f]{64}$/)
    expect(first.staffToken).toMatch(/^nds_[\w-]{43}$/)
    for (const name of names) expect((await stat(join(data, name))).mode & 0o777, name).toBe(0o600)
    expect(await readdir(data)).toEqual(names.toSorted((a, b) => (a < b ? -1 : 1)))
    expect(await keptSecrets(data)).toEqual({ ...first, made: [] })
  })

  test('that are there are taken as they are, and closed to others', async () => {
    await mkdir(data)
    await writeFile(join(data, 'master-key'), 'mine\n', { mode: 0o644 })
    await writeFile(join(data, 'master-key.new'), 'half')
    expect((await keptSecrets(data)).masterKey).toBe('mine')
    expect((await stat(join(data, 'master-key'))).mode & 0o777).toBe(0o600)
  })

  test('that are empty are a fault, never made anew', async () => {
    await mkdir(data)
    await writeFile(join(data, 'master-key'), '')
    await expect(keptSecrets(data)).rejects.toThrow(/master-key is empty/)
    expect(await readFile(join(data, 'master-key'), 'utf8')).toBe('')
  })
})

test('a master key that is gone is not replaced while there is a database made with it', async () => {
  const first = startAll(data)
  await first.says('nightdrop ready')
  first.process.kill('SIGTERM')
  expect(await first.ended).toBe(0)
  const key = await readFile(join(data, 'master-key'), 'utf8')
  await rm(join(data, 'master-key'))
  for (let tries = 0; tries < 2; tries++) {
    const second = startAll(data)
    expect(await second.ended).toBe(1)
    expect(second.err()).toMatch(/^The master key is gone: .*master-key\n/)
    expect(second.err()).not.toMatch(/^ {4}at /m)
    expect(await readdir(data)).not.toContain('master-key')
  }
  await writeFile(join(data, 'master-key'), key)
  const third = startAll(data)
  await third.says('nightdrop ready')
  third.process.kill('SIGTERM')
  expect(await third.ended).toBe(0)
})
