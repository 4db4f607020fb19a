import { mkdir, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { tellDiscarded } from '../../core/receipts/tell-discarded.ts'
import { openRawFilesRoom } from '../core/retention/raw-files-room.ts'
import { HEADER, row, smallTemplate } from '../support/contact-files.ts'
import { installed, run, sftp, sshArguments } from './support/clients.ts'
import { type Door, openDoor } from './support/door.ts'

/**
 * The whole way of a client that mirrors a folder: it sends a night's files, they are imported, their raw bytes end
 * after their days, and it sends them all again, since they are not listed any more.
 */
const NIGHTS = 4
const mtime = new Date('2024-02-29T01:02:03Z')

type Room = Awaited<ReturnType<typeof openRawFilesRoom>>

async function openMirror() {
  const room = await openRawFilesRoom([{ ...smallTemplate, filePattern: '/in/*.csv' }])
  await room.tree.makeFolder('/in')
  const door = await openDoor({ openTree: room.openSession })
  const folder = join(door.desk, 'in')
  await mkdir(folder)
  for (let night = 0; night < NIGHTS; night++) {
    const file = join(folder, `${night}.csv`)
    await writeFile(file, HEADER + row(`R${night}`))
    await utimes(file, mtime, mtime)
  }
  return {
    room,
    door,
    folder,
    async [Symbol.asyncDispose]() {
      await door[Symbol.asyncDispose]()
      await room[Symbol.asyncDispose]()
    },
  }
}

const statuses = async (room: Room) => (await room.files()).map(file => file.status).sort()
const listed = async (room: Room) => (await room.openSession().list('/in')).map(entry => entry.path).sort()

/** Sent, imported, purged, and sent again: the client is content, and nothing is there but a receipt. */
async function sendTwice(
  mirror: Awaited<ReturnType<typeof openMirror>>,
  send: () => Promise<{ code: number; out: string }>,
) {
  const { room } = mirror
  expect(await send()).toMatchObject({ code: 0 })
  await room.run()
  expect((await room.contacts()).length).toBe(NIGHTS)
  expect((await room.purge()).files).toBe(NIGHTS)
  expect(await listed(room)).toEqual([])
  expect(await send()).toMatchObject({ code: 0 })
  await room.run()
  expect(await statuses(room)).toEqual([...Array(NIGHTS).fill('DELETED'), ...Array(NIGHTS).fill('DISCARDED')])
  expect(await listed(room)).toEqual([])
  expect((await room.contacts()).map(each => each.rowNumber)).toEqual(Array(NIGHTS).fill(1))
  for (const file of (await room.files()).filter(each => each.status === 'DISCARDED'))
    expect(file.modifiedAt).toEqual(mtime)
  await tellDiscarded(room.database, room.tenantId, new Date(Date.now() + 61_000))
  const [json, text, ...more] = (await room.reports()).map(report => report.path)
  expect(more).toEqual([])
  expect([json, text].map(path => path?.replace(/\.\d.*Z\./, '.TIME.'))).toEqual([
    '/reports/in/in.TIME.DISCARDED.json',
    '/reports/in/in.TIME.DISCARDED.txt',
  ])
}

const missing = (program: string) => (installed(program) ? '' : ` (skipped: ${program} is not installed)`)

describe('a night’s files that were deleted on purpose, sent again by', () => {
  test('OpenSSH’s sftp', async () => {
    await using mirror = await openMirror()
    await sendTwice(mirror, () => sftp(mirror.door, [`put -rp ${mirror.folder} /`, 'ls -l /in', 'bye']))
  })

  test.skipIf(!installed('rclone'))(`rclone${missing('rclone')}`, async () => {
    await using mirror = await openMirror()
    const { door, folder } = mirror
    await sendTwice(mirror, () => rclone(door, ['copy', folder, ':sftp:/in', '--transfers', '4']))
    // Its own second look finds nothing wrong, one file by one either.
    expect(await rclone(door, ['copyto', join(folder, '0.csv'), ':sftp:/in/0.csv'])).toMatchObject({
      code: 0,
    })
  })

  test.skipIf(!installed('lftp'))(`lftp’s mirror${missing('lftp')}`, async () => {
    await using mirror = await openMirror()
    const { door, folder } = mirror
    await sendTwice(mirror, () => lftp(door, `mirror -R --parallel=3 ${folder} /in`))
  })

  test.skipIf(!installed('lftp'))(`lftp’s mirror by temporary names${missing('lftp')}`, async () => {
    await using mirror = await openMirror()
    const { door, folder } = mirror
    await sendTwice(mirror, () => lftp(door, `set xfer:use-temp-file yes; mirror -R ${folder} /in`))
  })
})

const rclone = (door: Door, args: string[]) => {
  const remote = `--sftp-host 127.0.0.1 --sftp-port ${door.server.port} --sftp-user night --sftp-shell-type none`
  const once = '--config /dev/null --retries 1 --low-level-retries 1'
  return run('rclone', [...`${once} ${remote}`.split(' '), '--sftp-key-file', door.keyFile.ed25519, ...args])
}

const lftp = (door: Door, command: string) => {
  const program = ['ssh', '-a', '-x', ...sshArguments(door)].join(' ')
  const settings = [
    `set sftp:connect-program "${program}"`,
    'set net:max-retries 1',
    'set cmd:fail-exit true',
    `open -u night, sftp://127.0.0.1:${door.server.port}`,
  ]
  return run('lftp', ['-c', [...settings, command].join('; ')])
}
