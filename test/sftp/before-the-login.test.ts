import { once } from 'node:events'
import type { Socket } from 'node:net'
import { connect } from 'node:net'
import ssh2 from 'ssh2'
import { describe, expect, test } from 'vitest'
import { eventually } from './support/clients.ts'
import type { Door } from './support/door.ts'
import { openDoor } from './support/door.ts'

async function halfOpen(door: Door): Promise<Socket> {
  const socket = connect(door.server.port, '127.0.0.1')
  socket.on('error', () => {})
  await once(socket, 'connect')
  socket.resume()
  return socket
}

const closed = (client: ssh2.Client): Promise<void> =>
  new Promise(resolve => client.once('close', () => resolve()))

describe('before a login', () => {
  test('300 half-open connections are bounded, counted on one record, and make room when they leave', async () => {
    await using door = await openDoor({ limits: { unauthenticatedPerAddress: 20 } })
    const sockets = await Promise.all(Array.from({ length: 300 }, () => halfOpen(door)))
    await eventually(() => sockets.filter(socket => socket.closed).length === 280)
    expect(door.server.connections()).toBe(20)
    expect(door.attempts).toHaveLength(1)
    expect(door.attempts[0]?.reason).toContain('Too many connections that have not logged in yet')
    for (const socket of sockets) socket.destroy()
    await eventually(() => door.server.connections() === 0)
    const next = await halfOpen(door)
    await eventually(() => door.server.connections() === 1)
    next.destroy()
  })

  test('a client that waits too long is ended, and the record says why', async () => {
    await using door = await openDoor({ limits: { loginGraceMs: 150 } })
    const socket = await halfOpen(door)
    await once(socket, 'close')
    await eventually(() => door.attempts.length === 1)
    expect(door.attempts[0]).toMatchObject({
      username: null,
      reason: expect.stringContaining('No login within'),
    })
  })

  test('one that speaks no SSH is told apart from one that says nothing', async () => {
    await using door = await openDoor()
    const talker = await halfOpen(door)
    talker.write('GET / HTTP/1.1\r\nHost: here\r\n\r\n')
    talker.write('x'.repeat(20_000))
    await once(talker, 'close')
    await eventually(() => door.attempts.length === 1)
    expect(door.attempts[0]?.reason).toContain('no SSH')
    ;(await halfOpen(door)).destroy()
    await eventually(() => door.attempts.length === 2)
    expect(door.attempts[1]?.reason).toContain('before a word was said')
  })

  test('guesses on one connection come to an end', async () => {
    await using door = await openDoor({ limits: { loginTries: 3, refusalMs: 1 } })
    const client = new ssh2.Client()
    let tries = 0
    client.on('error', () => {})
    client.connect({
      host: '127.0.0.1',
      port: door.server.port,
      username: 'night',
      authHandler: (_, __, next) => {
        tries += 1
        next({ type: 'password', username: 'night', password: `guess ${tries}` })
      },
    })
    await closed(client)
    expect(tries).toBeLessThanOrEqual(4)
    await eventually(() => door.attempts.length === 1)
    expect(door.attempts[0]?.reason).toMatch(
      /^3 tries and none was right; the last: The client tried a password/,
    )
  })

  test('a signature that does not hold is no login, though the key is known', async () => {
    await using door = await openDoor({ limits: { refusalMs: 1 } })
    const key = ssh2.utils.parseKey(door.privateKey)
    if (key instanceof Error) throw key
    const wrong = Buffer.from(key.sign('something else'))
    const forged = Object.assign(Object.create(key), { sign: () => wrong })
    const client = new ssh2.Client()
    client.on('error', () => {})
    const methods = [{ type: 'publickey' as const, username: 'night', key: forged }]
    client.connect({ host: '127.0.0.1', port: door.server.port, username: 'night', authHandler: methods })
    await closed(client)
    await eventually(() => door.attempts.length === 1)
    expect(door.logins).toEqual([])
    expect(door.attempts[0]?.reason).toContain('does not hold')
  })
})
