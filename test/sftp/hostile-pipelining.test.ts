import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import ssh2 from 'ssh2'
import { expect, test } from 'vitest'
import { openFlag } from '../../sftp/codec/constants.ts'
import { eventually, rawSession } from './support/clients.ts'
import { Conversation } from './support/conversation.ts'
import { openDoor } from './support/door.ts'
import { ask } from './support/packets.ts'

const MiB = 2 ** 20

test('a client that pipelines WRITEs without waiting does not grow the server while its store is slow', async () => {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'support', 'slow-server.ts')], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  try {
    const memory: number[] = []
    let taken = 0
    const lines = createInterface({ input: child.stdout })
    const [first] = await once(lines, 'line')
    const { port, privateKey } = JSON.parse(String(first))
    lines.on('line', line => {
      const seen = JSON.parse(line)
      memory.push(seen.rss)
      taken = seen.taken
    })
    const client = new ssh2.Client()
    client.connect({ host: '127.0.0.1', port, username: 'night', privateKey })
    await once(client, 'ready')
    const channel = await new Promise<ssh2.ClientChannel>((resolve, reject) => {
      client.subsys('sftp', (error, stream) => (error ? reject(error) : resolve(stream)))
    })
    const talk = new Conversation(channel, channel)
    await talk.greet()
    const { handle } = await talk.ask(ask.open(1, '/a.wav', openFlag.WRITE | openFlag.CREAT | openFlag.TRUNC))
    await eventually(() => memory.length > 2)
    const before = memory.at(-1) ?? 0
    const bytes = Buffer.alloc(32 * 1024)
    // 64 MiB go into the client's own buffers; the server lets through what its store takes.
    for (let at = 0; at < 64 * MiB; at += bytes.length) talk.send(ask.write(2, handle, at, bytes))
    await new Promise(resolve => setTimeout(resolve, 4_000))
    const grown = (Math.max(...memory) - before) / MiB
    expect(taken).toBeGreaterThan(2 * MiB)
    expect(taken).toBeLessThan(24 * MiB)
    expect(grown).toBeLessThan(40)
    client.destroy()
  } finally {
    child.stdin.end()
    await once(child, 'exit')
  }
}, 20_000)

test('a client that ignores its window is shown the door', async () => {
  let release = () => {}
  const held = new Promise<void>(resolve => {
    release = resolve
  })
  await using door = await openDoor({ tree: { beforeWrite: () => held } })
  const { channel, client } = await rawSession(door)
  const talk = new Conversation(channel, channel)
  await talk.greet()
  const { handle } = await talk.ask(ask.open(1, '/a.wav', openFlag.WRITE | openFlag.CREAT | openFlag.TRUNC))
  const own = channel as unknown as { outgoing: { window: number } }
  const bytes = ask.write(2, handle, 0, Buffer.alloc(30_000))
  const gone = new AbortController()
  client.once('close', () => gone.abort())
  for (let sent = 0; sent < 64 * MiB && !gone.signal.aborted; sent += bytes.length) {
    own.outgoing.window = 2 ** 31
    talk.send(bytes)
    await new Promise(resolve => setImmediate(resolve))
  }
  await eventually(() => gone.signal.aborted)
  expect(door.journal.aborted).toMatchObject([{ reason: expect.stringContaining('more than its window') }])
  release()
  await eventually(() => door.ends.length === 1)
  expect(door.ends[0]?.reason).toContain('more than its window')
  expect(door.journal.completed).toEqual([])
}, 20_000)

/** The client's own ends of its one channel and its connection, beyond what ssh2 lets be seen. */
const innards = (channel: object, client: object) => ({
  id: (channel as { outgoing: { id: number } }).outgoing.id,
  protocol: (client as { _protocol: { channelWindowAdjust(id: number, bytes: number): void } })._protocol,
  socket: (client as { _sock: { pause(): void } })._sock,
})

test.each<[string, (session: Awaited<ReturnType<typeof rawSession>>) => void]>([
  ['asks for much and reads nothing', ({ channel }) => void channel.pause()],
  [
    'grants an endless window and reads nothing off its socket',
    ({ channel, client }) => {
      const { id, protocol, socket } = innards(channel, client)
      protocol.channelWindowAdjust(id, 2 ** 31)
      socket.pause()
    },
  ],
])(
  'a client that %s is waited for',
  async (_, readsNothing) => {
    await using door = await openDoor()
    const session = await rawSession(door)
    const { channel, client } = session
    const talk = new Conversation(channel, channel)
    await talk.greet()
    const opened = await talk.ask(ask.open(1, '/a.wav', openFlag.WRITE | openFlag.CREAT | openFlag.TRUNC))
    for (let at = 0; at < 8 * MiB; at += 2 ** 17)
      await talk.ask(ask.write(2, opened.handle, at, Buffer.alloc(2 ** 17)))
    await talk.ask(ask.close(3, opened.handle))
    const { handle } = await talk.ask(ask.open(4, '/a.wav', openFlag.READ))
    readsNothing(session)
    const before = process.memoryUsage().rss
    for (let n = 0; n < 20_000; n += 1) talk.send(ask.read(n, handle, (n % 64) * 2 ** 17, 2 ** 17))
    await new Promise(resolve => setTimeout(resolve, 2_000))
    // 20,000 answers would be 2,500 MiB; what stands is the client's window, on both sides of this one process.
    expect((process.memoryUsage().rss - before) / MiB).toBeLessThan(60)
    client.destroy()
    await eventually(() => door.ends.length === 1)
  },
  20_000,
)
