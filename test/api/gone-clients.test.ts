import { connect } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import { pino } from 'pino'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { startApi } from '../../api/node-process.ts'
import { type ApiRoom, openApiRoom } from './api-room.ts'

interface Line {
  level: number
  msg: string
  route?: string
  status?: number
}

const lines: Line[] = []
const log = pino({}, { write: (line: string) => lines.push(JSON.parse(line) as Line) })

let room: ApiRoom
let own: Awaited<ReturnType<ApiRoom['tenant']>>
let api: Awaited<ReturnType<typeof startApi>>
beforeAll(async () => {
  room = await openApiRoom()
  own = await room.tenant('Own')
  api = await startApi(room.config, { ...room.overrides, log })
})
afterAll(async () => {
  await api.close()
  await room[Symbol.asyncDispose]()
})

/** Sends a request as far as it goes, and breaks the connection off. */
async function breakOff(type: string, begun: string, length: number) {
  const url = new URL(api.addresses['api'] ?? '')
  const socket = connect(Number(url.port), url.hostname)
  socket.write(
    `POST /graphql HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${own.ADMIN}\r\nContent-Type: ${type}\r\nContent-Length: ${length}\r\n\r\n${begun}`,
  )
  await pause(300)
  socket.destroy()
}

const part = (name: string, body: string) =>
  `--B\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${body}\r\n`
const BEGUN = `${part('operations', JSON.stringify({ query: 'mutation ($f: File!) { importAgents(file: $f) { created } }', variables: { f: null } }))}${part('map', '{"0":["variables.f"]}')}--B\r\nContent-Disposition: form-data; name="0"; filename="a.csv"\r\n\r\nname\n`

test.each([
  ['a query', 'application/json', '{"query":"{ viewer', 1_000],
  ['a file', 'multipart/form-data; boundary=B', BEGUN, 5_000],
])('who goes away in the middle of %s is no fault of ours', async (_, type, begun, length) => {
  lines.length = 0
  await breakOff(type, begun, length)
  const said = await vi.waitFor(() => {
    const line = lines.find(({ route }) => route === 'graphql')
    if (!line) throw new Error('nothing was said of the request')
    return line
  })
  expect(said).toMatchObject({ level: 30, msg: 'the client went away', status: 499 })
  expect(lines.filter(({ level }) => level > 30)).toEqual([])
})

test('a fault of ours is one still', async () => {
  lines.length = 0
  const { database } = room
  const asTenant = database.asTenant.bind(database)
  database.asTenant = () => Promise.reject(new Error('planted'))
  try {
    const response = await fetch(api.addresses['api'] ?? '', {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${own.READER}` },
      body: JSON.stringify({ query: '{ viewer { role } }' }),
    })
    expect(response.status).toBe(500)
  } finally {
    database.asTenant = asTenant
  }
  expect(lines.filter(({ level }) => level > 30)).not.toEqual([])
})
