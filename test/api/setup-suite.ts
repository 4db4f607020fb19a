import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import ssh2 from 'ssh2'
import { expect, test } from 'vitest'
import { type Answer, type ApiRoom, STAFF_TOKEN } from './api-room.ts'
import { secretOf } from './claim-room.ts'
import { csv, FORM, multipart, TEMPLATE } from './setup-room.ts'

interface SetupStack {
  room: ApiRoom
  /** Where the process answers. */
  origin: string
}

const MiB = 2 ** 20

const SUBMIT =
  'mutation ($input: SubmitSetupRequestInput!) { submitSetupRequest(input: $input) { sampleCsv { size } } }'

/** How a process takes samples, approves and hands keys out over its port, the same on every runtime. */
export function setsUpOverItsPort(stack: () => SetupStack): void {
  const send = async (token: string, query: string, variables: object, files: Record<string, File> = {}) => {
    const response = await fetch(`${stack().origin}/graphql`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}` },
      body: multipart(query, variables as Record<string, unknown>, files),
    })
    return { status: response.status, answer: (await response.json()) as Answer }
  }
  const data = async (...asked: Parameters<typeof send>) => {
    const { answer } = await send(...asked)
    if (answer.errors) throw new Error(JSON.stringify(answer.errors))
    return answer.data as Record<string, Record<string, never>>
  }
  const local = (url: string) => url.replace(/^http:\/\/[^/]+/, stack().origin)

  test('a sample is taken, tried and approved, and its customer takes a key', async () => {
    const own = await stack().room.tenant('Set-up')
    const { submitSetupRequest } = await data(
      own.ADMIN,
      'mutation ($input: SubmitSetupRequestInput!) { submitSetupRequest(input: $input) { id sampleCsv { downloadUrl } analysis { rowCount } } }',
      { input: { ...FORM, sampleCsv: null } },
      { 'variables.input.sampleCsv': csv() },
    )
    expect(submitSetupRequest?.['analysis']).toEqual({ rowCount: 3 })
    const sample = submitSetupRequest?.['sampleCsv'] as unknown as { downloadUrl: string }
    expect(await (await fetch(local(sample.downloadUrl))).text()).toBe(await csv().text())
    const id = submitSetupRequest?.['id']
    const { previewColumnTemplate } = await data(
      STAFF_TOKEN,
      'mutation ($t: ColumnTemplateInput!, $id: ID) { previewColumnTemplate(template: $t, setupRequestId: $id) { accepted rejected rows { reference occurredAt } } }',
      { t: TEMPLATE, id },
    )
    expect(previewColumnTemplate).toMatchObject({
      accepted: 3,
      rejected: 0,
      rows: [{ reference: 'C0001', occurredAt: '2026-01-05T08:12:58.000Z' }, {}, {}],
    })
    const { approveSetupRequest } = await data(
      STAFF_TOKEN,
      'mutation ($t: ColumnTemplateInput!, $id: ID!) { approveSetupRequest(id: $id, template: $t) { keyClaimUrl sftpAccount { username } } }',
      { t: TEMPLATE, id },
    )
    const url = local(String(approveSetupRequest?.['keyClaimUrl']))
    const opened = await fetch(url)
    expect(opened.status).toBe(200)
    expect(await opened.text()).toContain('Make my key and show it')
    const pressed = await fetch(url, {
      method: 'POST',
      body: new URLSearchParams({ format: 'PEM', algorithm: 'RSA_4096' }),
    })
    const key = ssh2.utils.parseKey(secretOf(await pressed.text()) ?? '')
    if (key instanceof Error) throw key
    expect([pressed.status, key.type]).toEqual([200, 'ssh-rsa'])
    expect((await fetch(url, { method: 'POST' })).status).toBe(410)
    expect((await fetch(url)).status).toBe(410)
  })

  test('a sample of exactly 25 MB is taken; one of a byte more, and far too much, is LIMITED', async () => {
    const own = await stack().room.tenant('Limits')
    const submit = (bytes: number) =>
      send(
        own.ADMIN,
        SUBMIT,
        { input: { ...FORM, sampleCsv: null } },
        { 'variables.input.sampleCsv': csv(new Uint8Array(bytes).fill(120)) },
      )
    expect((await submit(25 * MiB)).answer.data).toEqual({
      submitSetupRequest: { sampleCsv: { size: 25 * MiB } },
    })
    for (const bytes of [25 * MiB + 1, 50 * MiB]) {
      const { status, answer } = await submit(bytes)
      expect([status, answer.errors?.[0]?.extensions['code']]).toEqual([413, 'LIMITED'])
    }
  })

  test('whoever sends slowly, or nothing, is in nobody’s way, and is not waited for', {
    timeout: 60_000,
  }, async () => {
    const own = await stack().room.tenant('Slow')
    const other = await stack().room.tenant('Quick')
    const whole = new Response(
      multipart(
        SUBMIT,
        { input: { ...FORM, sampleCsv: null } },
        {
          'variables.input.sampleCsv': csv(new Uint8Array(4 * MiB).fill(120)),
        },
      ),
    )
    const body = Buffer.from(await whole.arrayBuffer())
    const begin = (length: string, sent: Buffer) => {
      const { hostname, port } = new URL(stack().origin)
      const socket = connect(Number(port), hostname)
      socket.write(
        `POST /graphql HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${own.ADMIN}\r\nContent-Type: ${whole.headers.get('content-type')}\r\n${length}\r\n\r\n`,
      )
      socket.write(sent)
      return socket
    }
    const slow = [
      begin('Content-Length: 48000000', Buffer.alloc(0)),
      begin('Transfer-Encoding: chunked', Buffer.alloc(0)),
      begin('Content-Length: 48000000', body.subarray(0, 2 * MiB)),
    ]
    const answers = slow.map(socket => told(socket))
    await pause(500)
    const input = { ...FORM, sampleCsv: null }
    const sample = csv(new Uint8Array(25 * MiB).fill(120))
    const taken = await send(other.ADMIN, SUBMIT, { input }, { 'variables.input.sampleCsv': sample })
    expect(taken.answer.errors).toBeUndefined()
    const small = await send(own.ADMIN, SUBMIT, { input }, { 'variables.input.sampleCsv': csv() })
    expect(small.answer.errors).toBeUndefined()
    for (const answer of await Promise.all(answers)) {
      expect(answer).toMatch(/^HTTP\/1.1 400 /)
      expect(answer).toContain('Nothing more of the request came for ten seconds')
    }
    for (const socket of slow) socket.destroy()
  })

  test('files without a token are refused', async () => {
    const { status, answer } = await send('', 'mutation { x }', {}, { 'variables.a': csv() })
    expect([status, answer.errors?.[0]?.extensions['code']]).toEqual([401, 'UNAUTHENTICATED'])
  })
}

/** What a server says of a request that goes no further. */
async function told(socket: Socket): Promise<string> {
  let text = ''
  while (!text.includes('"errors"')) text += String((await once(socket, 'data'))[0])
  return text
}
