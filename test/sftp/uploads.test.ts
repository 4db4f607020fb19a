import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { openFlag, packet, status } from '../../sftp/codec/constants.ts'
import { eventually, rawSession } from './support/clients.ts'
import { Conversation } from './support/conversation.ts'
import type { Door } from './support/door.ts'
import { openDoor } from './support/door.ts'
import { ask, text } from './support/packets.ts'

const FRESH = openFlag.WRITE | openFlag.CREAT | openFlag.TRUNC

async function converse(door: Door) {
  const { channel, client } = await rawSession(door)
  const talk = new Conversation(channel, channel)
  await talk.greet()
  const open = async (path: string, flags = FRESH) => (await talk.ask(ask.open(1, path, flags))).handle
  return { talk, open, client, channel }
}

describe('an upload', () => {
  test('may write out of order: the handle gets the offsets as they come', async () => {
    await using door = await openDoor()
    const { talk, open } = await converse(door)
    const handle = await open('/a.wav')
    for (const [id, offset] of [6, 0, 3, 2].entries())
      talk.send(ask.write(id, handle, offset, Buffer.from('abc')))
    for (const id of [0, 1, 2, 3]) expect(await talk.next()).toMatchObject({ id, code: status.OK })
    expect(door.journal.written.map(({ offset }) => offset)).toEqual([6, 0, 3, 2])
    expect(await talk.ask(ask.close(9, handle))).toMatchObject({ code: status.OK })
    expect(await readFile(join(door.root, 'a.wav'), 'utf8')).toBe('ababccabc')
  })

  test('shows its size by STAT and FSTAT while it is under way', async () => {
    await using door = await openDoor()
    const { talk, open } = await converse(door)
    const handle = await open('/a.wav')
    await talk.ask(ask.write(2, handle, 0, Buffer.alloc(1000)))
    expect(await talk.ask(ask.stat(3, '/a.wav'))).toMatchObject({ type: packet.ATTRS, size: 1000 })
    expect(await talk.ask(ask.fstat(4, handle))).toMatchObject({ type: packet.ATTRS, size: 1000 })
  })

  test('whose client vanishes is aborted, never completed', async () => {
    await using door = await openDoor()
    const { talk, open, client } = await converse(door)
    const handle = await open('/a.wav')
    await talk.ask(ask.write(2, handle, 0, Buffer.alloc(1000)))
    client.destroy()
    await eventually(() => door.journal.aborted.length === 1)
    expect(door.journal.aborted[0]).toMatchObject({ path: '/a.wav', reason: 'The connection was lost.' })
    await eventually(() => door.ends.length === 1)
    expect(door.ends[0]).toMatchObject({ bytesReceived: 1000, files: 0, reason: 'The connection was lost.' })
    expect(door.journal.completed).toEqual([])
  })

  test('ends with its connection when the key is revoked, and the record says why', async () => {
    await using door = await openDoor({ limits: { recheckMs: 50 } })
    const { open } = await converse(door)
    await open('/a.wav')
    expect(door.server.connections()).toBe(1)
    door.revoke()
    await eventually(() => door.ends.length === 1)
    expect(door.ends[0]).toMatchObject({ reason: 'The key was revoked.' })
    expect(door.journal.aborted).toMatchObject([{ path: '/a.wav', reason: 'The key was revoked.' }])
  })

  test('left open when the client ends the session is aborted', async () => {
    await using door = await openDoor()
    const { open, channel } = await converse(door)
    await open('/a.wav')
    channel.end()
    await eventually(() => door.journal.aborted.length === 1)
    expect(door.journal.aborted[0]?.reason).toContain('before it closed its upload')
    expect(door.journal.completed).toEqual([])
  })

  test('fails its CLOSE when the store fails, in words that tell nothing of it', async () => {
    const beforeClose = async () => {
      throw new Error('password of bucket 7')
    }
    await using door = await openDoor({ tree: { beforeClose } })
    const { talk, open } = await converse(door)
    const handle = await open('/a.wav')
    const reply = await talk.ask(ask.close(2, handle))
    expect(reply.code).toBe(status.FAILURE)
    expect(reply.message).not.toContain('bucket')
    expect(door.journal.aborted).toHaveLength(1)
  })

  test('fails its CLOSE when a WRITE had failed unanswered', async () => {
    const beforeWrite = async (offset: number) => {
      if (offset === 3) throw new Error('away')
    }
    await using door = await openDoor({ tree: { beforeWrite } })
    const { talk, open } = await converse(door)
    const handle = await open('/a.wav')
    for (const [id, offset] of [0, 3, 6].entries())
      talk.send(ask.write(id, handle, offset, Buffer.from('abc')))
    talk.send(ask.close(9, handle))
    const codes = [await talk.next(), await talk.next(), await talk.next(), await talk.next()].map(
      ({ code }) => code,
    )
    expect(codes).toEqual([status.OK, status.FAILURE, status.FAILURE, status.FAILURE])
    expect(door.journal.completed).toEqual([])
  })

  test('opened without TRUNC is decided by its first offset', async () => {
    await using door = await openDoor()
    const { talk, open, client } = await converse(door)
    await talk.ask(ask.close(2, await open('/a.wav')))
    const again = await open('/a.wav', openFlag.WRITE | openFlag.CREAT)
    expect(await talk.ask(ask.write(3, again, 0, Buffer.from('new')))).toMatchObject({ code: status.OK })
    expect(await talk.ask(ask.close(4, again))).toMatchObject({ code: status.OK })
    const further = await open('/a.wav', openFlag.WRITE)
    expect(await talk.ask(ask.write(5, further, 3, Buffer.from('er')))).toMatchObject({
      code: status.FAILURE,
    })
    expect(await talk.ask(ask.write(6, further, 0, Buffer.from('x')))).toMatchObject({ code: status.FAILURE })
    expect(await talk.ask(ask.close(7, further))).toMatchObject({
      code: status.FAILURE,
      message: '/a.wav cannot be added to.',
    })
    expect(door.journal.opened.map(({ mode }) => mode)).toEqual(['replace', 'replace', 'append'])
    expect(await readFile(join(door.root, 'a.wav'), 'utf8')).toBe('new')
    client.destroy()
    await eventually(() => door.ends.length === 1)
    expect(door.ends[0]).toMatchObject({ files: 2 })
  })

  test('closed without a write leaves the file as it is and counts for none', async () => {
    await using door = await openDoor()
    const { talk, open, client } = await converse(door)
    await talk.ask(ask.close(2, await open('/a.wav')))
    const again = await open('/a.wav', openFlag.WRITE)
    expect(await talk.ask(ask.close(3, again))).toMatchObject({ code: status.OK })
    client.destroy()
    await eventually(() => door.ends.length === 1)
    expect(door.ends[0]).toMatchObject({ files: 1 })
    expect(door.journal.opened).toHaveLength(1)
  })

  test('beyond the account’s open handles is refused until one is closed', async () => {
    await using door = await openDoor({ openHandles: 2 })
    const { talk, open } = await converse(door)
    const first = await open('/a.wav')
    await open('/b.wav')
    expect(await talk.ask(ask.open(5, '/c.wav', FRESH))).toMatchObject({ code: status.FAILURE })
    expect(await talk.ask(ask.opendir(6, '/'))).toMatchObject({ code: status.FAILURE })
    await talk.ask(ask.close(7, first))
    expect(await talk.ask(ask.open(8, '/c.wav', FRESH))).toMatchObject({ type: packet.HANDLE })
    const limits = await talk.ask(ask.extended(9, 'limits@openssh.com'))
    expect(limits.type).toBe(packet.EXTENDED_REPLY)
    expect([0, 8, 16, 24].map(at => Number(limits.body.readBigUInt64BE(at)))).toEqual([
      263168, 261120, 261120, 2,
    ])
  })

  test('takes the largest WRITE it announces', async () => {
    await using door = await openDoor()
    const { talk, open } = await converse(door)
    const handle = await open('/a.wav')
    expect(await talk.ask(ask.write(2, handle, 0, Buffer.alloc(256 * 1024)))).toMatchObject({
      code: status.OK,
    })
  })
})

describe('a session', () => {
  test('announces exactly the extensions that work', async () => {
    await using door = await openDoor()
    const { channel } = await rawSession(door)
    const version = await new Conversation(channel, channel).greet()
    const extensions = ['posix-rename@openssh.com', '1', 'limits@openssh.com', '1'].map(text)
    expect(version).toEqual(Buffer.concat([Buffer.of(packet.VERSION, 0, 0, 0, 3), ...extensions]))
    const { talk } = await converse(door)
    for (const name of ['fsync@openssh.com', 'statvfs@openssh.com', 'hardlink@openssh.com']) {
      expect(await talk.ask(ask.extended(1, name))).toMatchObject({ code: status.OP_UNSUPPORTED })
    }
    expect(await talk.ask(ask.readlink(2, '/a'))).toMatchObject({ code: status.OP_UNSUPPORTED })
  })

  test('answers alike for what lies outside the root and what does not exist', async () => {
    await using door = await openDoor()
    const { talk } = await converse(door)
    const outside = await talk.ask(ask.stat(1, '/../../../../etc/passwd'))
    const missing = await talk.ask(ask.stat(1, '/etc/passwd'))
    expect(outside.body).toEqual(missing.body)
    expect(await talk.ask(ask.realpath(2, '../../..'))).toMatchObject({ names: ['/'] })
    expect(await talk.ask(ask.stat(3, 'a\0b'))).toMatchObject({ code: status.FAILURE })
  })

  test('ends when a packet is too large, or comes before INIT', async () => {
    await using door = await openDoor()
    const { channel } = await converse(door)
    channel.write(Buffer.of(0x7f, 0xff, 0xff, 0xff))
    await eventually(() => channel.closed || channel.readableEnded)
    const raw = await rawSession(door)
    raw.channel.resume()
    raw.channel.write(ask.stat(1, '/'))
    await eventually(() => raw.channel.closed || raw.channel.readableEnded)
  })

  test('that asks for nothing is ended, and its upload aborted', async () => {
    await using door = await openDoor({ limits: { idleMs: 200 } })
    const { open } = await converse(door)
    await open('/a.wav')
    await eventually(() => door.journal.aborted.length === 1 && door.ends.length === 1)
    expect(door.ends[0]?.reason).toContain('Nothing was asked for')
  })

  test('may be one of a few on a connection, no more', async () => {
    await using door = await openDoor({ limits: { sessionsPerConnection: 2 } })
    const { client } = await rawSession(door)
    const another = () => new Promise(resolve => client.subsys('sftp', error => resolve(error === undefined)))
    expect([await another(), await another()]).toEqual([true, false])
  })
})

describe('a server that stops', () => {
  test('gives an upload time to complete', async () => {
    await using door = await openDoor()
    const { talk, open } = await converse(door)
    const handle = await open('/a.wav')
    const closed = door.server.close(5_000)
    await new Promise(resolve => setTimeout(resolve, 100))
    expect(await talk.ask(ask.close(2, handle))).toMatchObject({ code: status.OK })
    await closed
    expect(door.journal.completed).toEqual(['/a.wav'])
  })

  test('aborts it when the time is over, and says so on record', async () => {
    await using door = await openDoor()
    const { open } = await converse(door)
    await open('/a.wav')
    await door.server.close(100)
    expect(door.journal.aborted).toMatchObject([
      { path: '/a.wav', reason: expect.stringContaining('server stopped') },
    ])
    expect(door.ends).toHaveLength(1)
    expect(door.server.connections()).toBe(0)
  })
})
