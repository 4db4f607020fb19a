import { randomBytes } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { eventually, installed, sftp } from './support/clients.ts'
import { openDoor } from './support/door.ts'

describe.skipIf(!installed('sftp'))('OpenSSH’s sftp (skipped where it is not installed)', () => {
  test('uploads, lists, reads back, renames and removes, and is let go at the end', async () => {
    await using door = await openDoor()
    const bytes = randomBytes(5_000_000)
    await writeFile(join(door.desk, 'calls.csv'), bytes)
    const done = await sftp(door, [
      'pwd',
      'mkdir night',
      `put -p ${door.desk}/calls.csv night/calls.csv.filepart`,
      'rename night/calls.csv.filepart night/calls.csv',
      'ls -l night',
      `get night/calls.csv ${door.desk}/back.csv`,
      `put ${door.desk}/calls.csv night/other.csv`,
      'rename night/other.csv night/calls.csv',
      'rm night/calls.csv',
      'rmdir night',
      'ls -la',
    ])
    expect(done.out).toContain('Remote working directory: /')
    expect(done.out).toMatch(/-rw-r--r-- +1 .* 5000000 .* calls\.csv/)
    expect(done.code).toBe(0)
    expect((await readFile(join(door.desk, 'back.csv'))).equals(bytes)).toBe(true)
    expect(door.journal.completed).toEqual(['/night/calls.csv.filepart', '/night/other.csv'])
    await eventually(() => door.ends.length === 1)
    expect(door.ends[0]).toMatchObject({
      bytesReceived: 10_000_000,
      files: 2,
      reason: 'The client ended the session.',
    })
  })

  test('survives new keys every 256 KiB, asked for by the client', async () => {
    await using door = await openDoor()
    const bytes = randomBytes(6_000_000)
    await writeFile(join(door.desk, 'a.wav'), bytes)
    const choices = { options: ['RekeyLimit=256k'] }
    const done = await sftp(door, [`put ${door.desk}/a.wav a.wav`, `get a.wav ${door.desk}/b.wav`], choices)
    expect(done).toEqual({ code: 0, out: expect.any(String) })
    expect((await readFile(join(door.desk, 'b.wav'))).equals(bytes)).toBe(true)
  })

  test('survives new keys asked for by the server', async () => {
    await using door = await openDoor({ limits: { rekeyBytes: 500_000 } })
    const bytes = randomBytes(6_000_000)
    await writeFile(join(door.desk, 'a.wav'), bytes)
    const done = await sftp(door, [`put ${door.desk}/a.wav a.wav`, `get a.wav ${door.desk}/b.wav`])
    expect(done).toEqual({ code: 0, out: expect.any(String) })
    expect((await readFile(join(door.desk, 'b.wav'))).equals(bytes)).toBe(true)
  })

  test('survives new keys asked for by both at once', async () => {
    await using door = await openDoor({ limits: { rekeyBytes: 256 * 1024 } })
    const bytes = randomBytes(6_000_000)
    await writeFile(join(door.desk, 'a.wav'), bytes)
    const choices = { options: ['RekeyLimit=256k'] }
    const done = await sftp(door, [`put ${door.desk}/a.wav a.wav`, `get a.wav ${door.desk}/b.wav`], choices)
    expect(done).toEqual({ code: 0, out: expect.any(String) })
    expect((await readFile(join(door.desk, 'b.wav'))).equals(bytes)).toBe(true)
  })

  test('is refused a reput of what was cut off, and sends it again whole', async () => {
    let cut = true
    await using door = await openDoor({
      tree: {
        beforeWrite: async offset => {
          if (cut && offset > 2_000_000) throw new Error('the store is away')
        },
      },
    })
    const bytes = randomBytes(4_000_000)
    await writeFile(join(door.desk, 'a.wav'), bytes)
    expect((await sftp(door, [`put ${door.desk}/a.wav a.wav`])).code).not.toBe(0)
    expect(door.journal.completed).toEqual([])
    cut = false
    const again = await sftp(door, [`reput ${door.desk}/a.wav a.wav`])
    // The client shows the code of an answer, and none of its words.
    expect(again).toEqual({ code: 1, out: expect.stringContaining('Operation unsupported') })
    expect(door.journal.completed).toEqual([])
    const done = await sftp(door, [`put ${door.desk}/a.wav a.wav`])
    expect(done).toEqual({ code: 0, out: expect.any(String) })
    expect(door.journal.opened.map(({ mode }) => mode)).toEqual(['replace', 'append', 'replace'])
    expect((await readFile(join(door.root, 'a.wav'))).equals(bytes)).toBe(true)
  })
})
