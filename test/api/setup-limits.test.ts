import { once } from 'node:events'
import { createServer, request as httpRequest, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { nodeListener } from '../../api/node-listener.ts'
import { tables } from '../../db/db.ts'
import { csv, FORM, multipart, openSetupRoom } from './setup-room.ts'

const MIB = 2 ** 20

let room: Awaited<ReturnType<typeof openSetupRoom>>
let server: Server
let url: string
beforeAll(async () => {
  room = await openSetupRoom()
  server = createServer(nodeListener(room.handler, () => {})).listen(0, '127.0.0.1')
  await once(server, 'listening')
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`
})
afterAll(async () => {
  server.closeAllConnections()
  server.close()
  await room[Symbol.asyncDispose]()
})

async function stored() {
  const bucket = room.vault.bucket as unknown as {
    objects: Map<string, Buffer>
    uploads: Map<string, object>
  }
  const requests = await room.database.asStaff(tx => tx.$count(tables.setupRequests))
  return { objects: bucket.objects.size, uploads: bucket.uploads.size, requests }
}

const filled = (bytes: number, name = 'a.csv') => csv(new Uint8Array(bytes).fill(120), name)

interface Heard {
  status: number
  body: { data?: object; errors?: { message: string; extensions: { code: string } }[] }
}

async function post(form: FormData, token: string | undefined = room.tenant.ADMIN): Promise<Heard> {
  const response = await fetch(url, {
    method: 'POST',
    body: form,
    headers: token ? { authorization: `Bearer ${token}` } : {},
  })
  return { status: response.status, body: (await response.json()) as Heard['body'] }
}

describe('over Node’s HTTP server', () => {
  test('samples of exactly 25 MB and 20 MB are taken', async () => {
    const form = room.submission(
      { sampleRecording: null },
      { sampleCsv: filled(25 * MIB), sampleRecording: filled(20 * MIB, 'a.wav') },
    )
    const { status, body } = await post(form)
    expect(body.errors).toBeUndefined()
    expect(status).toBe(200)
  })

  test.each([
    ['a CSV of a byte more', { sampleCsv: () => filled(25 * MIB + 1) }],
    [
      'a recording of a byte more',
      { sampleCsv: () => csv(), sampleRecording: () => filled(20 * MIB + 1, 'a.wav') },
    ],
    ['a CSV of 40 MB', { sampleCsv: () => filled(40 * MIB) }],
    ['more than a request may have', { sampleCsv: () => filled(60 * MIB) }],
  ])('%s is LIMITED, and nothing is stored', async (_, files) => {
    const before = await stored()
    const made = Object.fromEntries(Object.entries(files).map(([name, make]) => [name, make()]))
    const { body } = await post(room.submission({ sampleRecording: null }, made))
    expect(body.errors?.[0]?.extensions.code).toBe('LIMITED')
    expect(body.errors?.[0]?.message).toMatch(/at most|the most/)
    expect(await stored()).toEqual(before)
  })

  test('what is over the limit without having said so is LIMITED while it is read', async () => {
    const before = await stored()
    const encoded = new Response(room.submission({}, { sampleCsv: csv() }))
    const text = Buffer.from(await encoded.arrayBuffer())
    const cut = text.indexOf('C0001')
    const request = httpRequest(url, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${room.tenant.ADMIN}`,
        'content-type': encoded.headers.get('content-type') ?? '',
        'transfer-encoding': 'chunked',
      },
    })
    request.on('error', () => {})
    const answered = once(request, 'response')
    request.write(text.subarray(0, cut))
    let sent = 0
    for (; sent < 30 * MIB; sent += MIB)
      if (!request.write(Buffer.alloc(MIB, 120))) await once(request, 'drain')
    request.end(text.subarray(cut))
    const [response] = (await answered) as [import('node:http').IncomingMessage]
    const body = Buffer.concat(await Array.fromAsync(response as AsyncIterable<Buffer>)).toString()
    expect(response.statusCode).toBe(413)
    expect(body).toContain('LIMITED')
    expect(await stored()).toEqual(before)
  })

  test('a request that breaks off stores nothing', async () => {
    const before = await stored()
    const encoded = new Response(room.submission({}, { sampleCsv: csv() }))
    const text = Buffer.from(await encoded.arrayBuffer())
    const { status, body } = await raw(text.subarray(0, -10), encoded.headers.get('content-type') ?? '')
    expect(status).toBe(400)
    expect(body.errors?.[0]?.extensions.code).toBe('BAD_INPUT')
    expect(await stored()).toEqual(before)
  })
})

async function raw(body: Buffer | string, contentType: string): Promise<Heard> {
  const response = await room.handler(
    new Request('http://localhost/graphql', {
      method: 'POST',
      headers: { authorization: `Bearer ${room.tenant.ADMIN}`, 'content-type': contentType },
      body: body as string,
    }),
  )
  return { status: response.status, body: (await response.json()) as Heard['body'] }
}

describe('files are taken', () => {
  test.each([
    ['nobody without a token', undefined, 401],
    ['a role that may use no field with a file', 'READER' as const, 403],
  ])('from %s not, and nothing of theirs is read', async (_, role, status) => {
    let read = 0
    const body = new ReadableStream({
      pull(controller) {
        read += 1
        controller.enqueue(new Uint8Array(65_536))
      },
    })
    const response = await room.handler(
      new Request('http://localhost/graphql', {
        method: 'POST',
        headers: {
          'content-type': 'multipart/form-data; boundary=x',
          ...(role ? { authorization: `Bearer ${room.tenant[role]}` } : {}),
        },
        body,
        duplex: 'half',
      } as RequestInit),
    )
    expect(response.status).toBe(status)
    expect(read).toBeLessThan(3)
  })

  test.each<[string, (form: FormData) => void]>([
    ['without operations', form => form.delete('operations')],
    ['with operations that are no JSON', form => form.set('operations', '{')],
    ['with several operations', form => form.set('operations', '[]')],
    ['without a map', form => form.delete('map')],
    ['with a map that is no JSON', form => form.set('map', '{')],
    ['with a map of something else', form => form.set('map', '{"0":"variables.input.sampleCsv"}')],
    ['with a file that the map does not know', form => form.set('map', '{}')],
    [
      'with a map that promises more',
      form => form.set('map', '{"0":["variables.input.sampleCsv"],"1":["variables.x"]}'),
    ],
    ['with a place that is not there', form => form.set('map', '{"0":["variables.input.nothing"]}')],
    ['with a place that is taken', form => form.set('map', '{"0":["variables.input.contactName"]}')],
    ['with a place in a prototype', form => form.set('map', '{"0":["variables.__proto__.x"]}')],
  ])('%s: BAD_INPUT in words', async (_, damage) => {
    const before = await stored()
    const form = room.submission({}, { sampleCsv: csv() })
    damage(form)
    const { status, body } = await post(form)
    expect(status).toBe(400)
    expect(body.errors?.[0]?.extensions.code).toBe('BAD_INPUT')
    expect(body.errors?.[0]?.message.length).toBeGreaterThan(20)
    expect(await stored()).toEqual(before)
  })

  test('only after it was said what for', async () => {
    const form = new FormData()
    form.set('0', csv())
    for (const [name, value] of room.submission({}, { sampleCsv: csv() })) form.append(name, value)
    form.delete('0')
    const late = new FormData()
    late.set('0', csv())
    for (const [name, value] of form) late.append(name, value)
    expect((await post(late)).body.errors?.[0]?.message).toContain('"operations" comes first')
  })

  test('also several, in one request of several mutations', async () => {
    const mutation = (name: string, input: string) =>
      `${name}: submitSetupRequest(input: $${input}) { sampleCsv { fileName } }`
    const form = multipart(
      `mutation ($a: SubmitSetupRequestInput!, $b: SubmitSetupRequestInput!) { ${mutation('one', 'a')} ${mutation('two', 'b')} }`,
      { a: { ...FORM, sampleCsv: null }, b: { ...FORM, sampleCsv: null } },
      { 'variables.a.sampleCsv': csv('a\n', 'a.csv'), 'variables.b.sampleCsv': csv('b\n', 'b.csv') },
    )
    expect((await post(form)).body.data).toEqual({
      one: { sampleCsv: { fileName: 'a.csv' } },
      two: { sampleCsv: { fileName: 'b.csv' } },
    })
  })

  test('by those alone whose role may, whatever else they send', async () => {
    for (const role of ['READER', 'INTEGRATION'] as const) {
      const { body } = await post(room.submission({}, { sampleCsv: csv() }), room.tenant[role])
      expect(body.errors?.[0]?.extensions.code).toBe('FORBIDDEN')
    }
  })

  test('many at once, one after the other where memory is short', async () => {
    const forms = Array.from({ length: 6 }, () => room.submission({}, { sampleCsv: filled(20 * MIB) }))
    const answers = await Promise.all(forms.map(form => post(form)))
    expect(answers.map(({ body }) => body.errors)).toEqual(answers.map(() => undefined))
  })
})
