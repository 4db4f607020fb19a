import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openFlag, packet, status } from '../../sftp/codec/constants.ts'
import { SftpSession } from '../../sftp/session/session.ts'
import { Conversation } from './support/conversation.ts'
import { diskTree } from './support/disk-tree.ts'
import { quiet } from './support/door.ts'
import type { Reply } from './support/packets.ts'
import { ask } from './support/packets.ts'

const reference = '/usr/lib/openssh/sftp-server'

/** One way to talk to a server; `at` is where the tree begins in its eyes. */
interface Side {
  talk: Conversation
  at: (path: string) => string
  close(): void
}

async function furnish(root: string): Promise<void> {
  await mkdir(join(root, 'night'), { recursive: true })
  await writeFile(join(root, 'night', 'calls.csv'), 'a,b\n1,2\n')
  await mkdir(join(root, 'empty'))
}

function ours(root: string): Side {
  const input = new PassThrough()
  const output = new PassThrough()
  const write = async (bytes: Buffer) => void output.write(bytes)
  const channel = { chunks: () => input, write }
  const tally = { bytesReceived: 0, files: 0 }
  void new SftpSession({
    channel,
    login: { tree: diskTree({ root }), openHandles: 16 },
    tally,
    log: quiet,
  }).run()
  return { talk: new Conversation(output, input), at: path => path, close: () => void input.end() }
}

function theirs(root: string): Side {
  const child = spawn(reference, ['-e', '-l', 'QUIET'], { stdio: ['pipe', 'pipe', 'ignore'] })
  const close = () => void child.stdin.end()
  return { talk: new Conversation(child.stdout, child.stdin), at: path => join(root, path), close }
}

/** What has to be the same: the kind of answer, its code, its data, names in any order, sizes of files. */
const essence = ({ type, id, code, data, names, size }: Reply) => ({
  type,
  id,
  code,
  data: data.toString(),
  names: [...names].sort(),
  size,
})

/**
 * Where a handle is not open (for that), OpenSSH's server 9.2 hands on EBADF as "no such file", which a client shows
 * as a missing path. Ours says FAILURE: the one difference we mean.
 */
function notOpen(reply: Reply): Reply {
  expect([status.NO_SUCH_FILE, status.FAILURE]).toContain(reply.code)
  return { ...reply, code: status.FAILURE }
}

const unknown = Buffer.from('nobody gave this out')

type Script = (side: Side) => Promise<Reply[]>

const { READ, WRITE, CREAT, TRUNC, EXCL } = openFlag

async function opened(side: Side, path: string, flags: number): Promise<Buffer> {
  return (await side.talk.ask(ask.open(1, side.at(path), flags))).handle
}

const scripts: Record<string, Script> = {
  'CLOSE twice': async side => {
    const handle = await opened(side, '/night/calls.csv', READ)
    return [await side.talk.ask(ask.close(2, handle)), notOpen(await side.talk.ask(ask.close(3, handle)))]
  },
  'handles nobody gave out': async ({ talk }) => [
    notOpen(await talk.ask(ask.close(1, unknown))),
    await talk.ask(ask.read(2, unknown, 0, 10)),
    await talk.ask(ask.write(3, unknown, 0, Buffer.from('x'))),
    await talk.ask(ask.fstat(4, unknown)),
    await talk.ask(ask.readdir(5, unknown)),
    await talk.ask(ask.fsetstat(6, unknown, 1)),
  ],
  'reading within, up to and past the end': async side => {
    const handle = await opened(side, '/night/calls.csv', READ)
    return [
      await side.talk.ask(ask.read(2, handle, 0, 4)),
      await side.talk.ask(ask.read(3, handle, 4, 100)),
      await side.talk.ask(ask.read(4, handle, 8, 100)),
      await side.talk.ask(ask.read(5, handle, 1_000_000, 1)),
      await side.talk.ask(ask.fstat(6, handle)),
      notOpen(await side.talk.ask(ask.write(7, handle, 0, Buffer.from('x')))),
      await side.talk.ask(ask.readdir(8, handle)),
    ]
  },
  'writing, and reading from what is open for writing': async side => {
    const handle = await opened(side, '/night/new.csv', WRITE | CREAT | TRUNC)
    return [
      await side.talk.ask(ask.write(2, handle, 0, Buffer.from('hello'))),
      await side.talk.ask(ask.fstat(3, handle)),
      await side.talk.ask(ask.stat(4, side.at('/night/new.csv'))),
      notOpen(await side.talk.ask(ask.read(5, handle, 0, 5))),
      await side.talk.ask(ask.fsetstat(6, handle, 1_700_000_000)),
      await side.talk.ask(ask.close(7, handle)),
      await side.talk.ask(ask.stat(8, side.at('/night/new.csv'))),
      await side.talk.ask(ask.setstat(9, side.at('/night/new.csv'), 1_700_000_000)),
    ]
  },
  'what is not there': async ({ talk, at }) => [
    await talk.ask(ask.stat(1, at('/nothing'))),
    await talk.ask(ask.lstat(2, at('/nothing/below'))),
    await talk.ask(ask.open(3, at('/nothing'), READ)),
    await talk.ask(ask.open(4, at('/nothing'), WRITE)),
    await talk.ask(ask.open(5, at('/nothing/new.csv'), WRITE | CREAT | TRUNC)),
    await talk.ask(ask.opendir(6, at('/nothing'))),
    await talk.ask(ask.remove(7, at('/nothing'))),
    await talk.ask(ask.rmdir(8, at('/nothing'))),
    await talk.ask(ask.rename(9, at('/nothing'), at('/other'))),
    await talk.ask(ask.setstat(10, at('/nothing'), 1)),
    await talk.ask(ask.mkdir(11, at('/nothing/below'))),
  ],
  'what is there already': async ({ talk, at }) => [
    await talk.ask(ask.mkdir(1, at('/night'))),
    await talk.ask(ask.open(2, at('/night/calls.csv'), WRITE | CREAT | EXCL)),
    await talk.ask(ask.open(3, at('/night'), WRITE | CREAT | TRUNC)),
    await talk.ask(ask.rmdir(4, at('/night'))),
    await talk.ask(ask.rmdir(5, at('/empty'))),
  ],
  'a folder from end to end': async side => {
    const { handle } = await side.talk.ask(ask.opendir(1, side.at('/')))
    const replies = [await side.talk.ask(ask.readdir(2, handle)), await side.talk.ask(ask.readdir(3, handle))]
    return [
      ...replies,
      await side.talk.ask(ask.readdir(4, handle)),
      await side.talk.ask(ask.read(5, handle, 0, 1)),
      await side.talk.ask(ask.close(6, handle)),
      await side.talk.ask(ask.readdir(7, handle)),
    ]
  },
  'renaming, plainly and as POSIX does': async ({ talk, at }) => {
    const posix = (id: number, from: string, to: string) => {
      const rest = ask.rename(id, at(from), at(to)).subarray(9)
      return ask.extended(id, 'posix-rename@openssh.com', rest)
    }
    const upload = async (path: string) => {
      const { handle } = await talk.ask(ask.open(90, at(path), WRITE | CREAT | TRUNC))
      await talk.ask(ask.close(91, handle))
    }
    await upload('/one')
    await upload('/two')
    return [
      await talk.ask(ask.rename(1, at('/one'), at('/two'))),
      await talk.ask(ask.rename(2, at('/one'), at('/three'))),
      await talk.ask(posix(3, '/three', '/two')),
      await talk.ask(posix(4, '/two', '/two')),
      await talk.ask(posix(5, '/gone', '/two')),
      await talk.ask(ask.stat(6, at('/two'))),
      await talk.ask(ask.remove(7, at('/two'))),
    ]
  },
  'extensions nobody knows': async ({ talk }) => [await talk.ask(ask.extended(1, 'nothing@example.com'))],
}

describe.skipIf(!existsSync(reference))(`answers as ${reference} does (skipped where it is missing)`, () => {
  let place: string
  beforeAll(async () => {
    place = await mkdtemp(join(tmpdir(), 'nightdrop-same-'))
  })
  afterAll(() => rm(place, { recursive: true, force: true }))

  test.each(Object.entries(scripts))('%s', async (name, script) => {
    const answers = []
    for (const [who, side] of [
      ['ours', ours],
      ['theirs', theirs],
    ] as const) {
      const root = join(place, `${name.replaceAll(/\W/g, '-')}-${who}`)
      await furnish(root)
      const party = side(root)
      await party.talk.greet()
      const replies = await script(party)
      answers.push(
        replies.map(essence).map(reply => (reply.type === packet.ATTRS ? { ...reply, names: [] } : reply)),
      )
      party.close()
    }
    expect(answers[0]).toEqual(answers[1])
  })
})
