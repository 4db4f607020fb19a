import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { newEd25519Pair } from '../../core/accounts/private-key/key-pair.ts'
import { opensshForm } from '../../core/accounts/private-key/openssh-form.ts'
import { tables } from '../../db/db.ts'
import { sampleRecording } from '../../local/demo/sample-recording.ts'
import { csv, FORM, openSetupRoom, type RequestAnswer } from './setup-room.ts'

let room: Awaited<ReturnType<typeof openSetupRoom>>
beforeAll(async () => {
  room = await openSetupRoom()
})
afterAll(() => room[Symbol.asyncDispose]())

const wav = (name = 'C0002.WAV') =>
  new File([new Uint8Array(sampleRecording(2))], name, { type: 'audio/wav' })

const codesOf = (answer: { errors?: { extensions: Record<string, unknown> }[] }) =>
  answer.errors?.map(error => error.extensions['code'])

describe('a request that is submitted', () => {
  test('keeps the form, the sample and what the sample says about itself, and waits for staff', async () => {
    const request = await room.submit()
    expect(request).toMatchObject({
      status: 'SUBMITTED',
      waitingFor: 'STAFF',
      waitingSince: room.now().toISOString(),
      submittedAt: room.now().toISOString(),
      decidedAt: null,
      messages: [],
      sampleCsv: { fileName: 'calls.csv', size: 191, mediaType: 'text/csv' },
      sampleRecording: null,
      columnTemplate: null,
      sftpAccount: null,
    })
    expect(request.analysis).toMatchObject({ rowCount: 3, dialect: { delimiter: ',' }, recording: null })
    expect(request.analysis.proposal?.columns.map(({ field }) => field)).toEqual([
      'REFERENCE',
      'AGENT',
      'CONTACT_DAY',
      'CONTACT_TIME',
      'DURATION',
      'RECORDING',
    ])
    const form = await room.data<{ node: object }>(
      room.tenant.READER,
      '{ node(id: "$id") { ... on SetupRequest { contactName contactEmail contactPhone sourceSystem notes tenant { name } } } }'.replace(
        '$id',
        request.id,
      ),
    )
    expect(form.node).toEqual({ ...FORM, tenant: { name: 'Acme' } })
  })

  test('has a link to its sample, which gives the bytes under their name', async () => {
    const request = await room.submit({}, { sampleCsv: csv('a,b\n1,2\n', 'C:\\exports\\März "1".csv') })
    expect(request.sampleCsv.fileName).toBe('März "1".csv')
    const response = await room.handler(new Request(request.sampleCsv.downloadUrl ?? ''))
    expect(response.status).toBe(200)
    expect(await response.text()).toBe('a,b\n1,2\n')
    expect(response.headers.get('content-disposition')).toContain("filename*=UTF-8''M%C3%A4rz%20%221%22.csv")
  })

  test('brings a recording: what it is, and whether a row names it', async () => {
    const named = await room.submit({ sampleRecording: null }, { sampleCsv: csv(), sampleRecording: wav() })
    expect(named.analysis.recording).toMatchObject({ playable: true, namedByRow: true })
    const other = await room.submit(
      { sampleRecording: null },
      { sampleCsv: csv(), sampleRecording: wav('x.wav') },
    )
    expect(other.analysis.recording).toMatchObject({ playable: true, namedByRow: false })
    const noise = new File(['not a recording'], 'C0001.wav')
    const broken = await room.submit({ sampleRecording: null }, { sampleCsv: csv(), sampleRecording: noise })
    expect(broken.analysis.recording).toEqual({ codec: null, playable: false, namedByRow: true })
  })

  test('brings a public key in whatever form, and keeps it as one line', async () => {
    const pair = newEd25519Pair()
    const base64 = pair.publicBlob.toString('base64')
    const pasted = `from="10.0.0.0/8" ssh-ed25519 ${base64.slice(0, 40)}\n${base64.slice(40)} night job`
    expect((await room.submit({ sshPublicKey: pasted })).sshPublicKey).toBe(`ssh-ed25519 ${base64}`)
    expect((await room.submit({ sshPublicKey: '  ' })).sshPublicKey).toBeNull()
  })

  test('is on the trail of its tenant, without a cell of the sample', async () => {
    const { id } = await room.submit()
    const rowId = Buffer.from(id, 'base64url').toString().split(':')[1] ?? ''
    const events = await room.database.asTenant(room.tenant.tenantId, tx =>
      tx.select().from(tables.auditEvents).where(eq(tables.auditEvents.subject, rowId)),
    )
    expect(events).toMatchObject([
      {
        actor: 'administrator',
        action: 'submitSetupRequest',
        details: { sourceSystem: FORM.sourceSystem, samples: ['CSV'] },
      },
    ])
  })

  test('by staff is on behalf of the tenant that they name', async () => {
    const files = { sampleCsv: csv() }
    expect(codesOf(await room.sent(room.STAFF, room.submission({}, files)))).toEqual(['BAD_INPUT'])
    const named = room.submission({}, files, room.tenant.id)
    expect((await room.sent(room.STAFF, named)).errors).toBeUndefined()
  })
})

describe('a form', () => {
  test('with faults has all of them said at once, each with its path, and nothing is kept', async () => {
    const before = await counts()
    const { privateKey } = { privateKey: opensshForm(newEd25519Pair(), 'x') }
    const answer = await room.sent(
      room.tenant.ADMIN,
      room.submission(
        {
          contactName: ' ',
          contactEmail: 'nobody',
          sourceSystem: 'x'.repeat(201),
          notes: 'a\u0000b',
          sshPublicKey: privateKey,
        },
        { sampleCsv: csv() },
      ),
    )
    expect(codesOf(answer)).toEqual(['BAD_INPUT'])
    const fields = answer.errors?.[0]?.extensions['fields'] as { path: string[]; message: string }[]
    expect(fields.map(({ path }) => path.join('.')).toSorted((a, b) => (a < b ? -1 : 1))).toEqual([
      'input.contactEmail',
      'input.contactName',
      'input.notes',
      'input.sourceSystem',
      'input.sshPublicKey',
    ])
    expect(fields.find(({ path }) => path[1] === 'sshPublicKey')?.message).toContain('This is a private key')
    expect(JSON.stringify(answer)).not.toContain(privateKey.split('\n')[2])
    expect(await counts()).toEqual(before)
  })

  test('without a sample is no form', async () => {
    const answer = await room.ask(
      room.tenant.ADMIN,
      'mutation ($input: SubmitSetupRequestInput!) { submitSetupRequest(input: $input) { id } }',
      { input: { ...FORM, sampleCsv: 'calls.csv' } },
    )
    expect(codesOf(answer)).toEqual(['BAD_INPUT'])
    expect(answer.errors?.[0]?.message).toContain('multipart')
  })
})

/** What is stored of samples: rows, objects, bytes in the bucket. */
async function counts() {
  const bucket = room.vault.bucket as unknown as {
    objects: Map<string, Buffer>
    uploads: Map<string, object>
  }
  return {
    requests: await room.database.asStaff(tx => tx.$count(tables.setupRequests)),
    objects: await room.database.asStaff(tx => tx.$count(tables.vaultObjects)),
    bytes: bucket.objects.size,
    uploads: bucket.uploads.size,
  }
}

describe('a sample that is no CSV is accepted all the same, since a person will look, and what is wrong is said', () => {
  const bytes = (hex: string, length = 64) => {
    const all = Buffer.alloc(length)
    Buffer.from(hex, 'hex').copy(all)
    return new Uint8Array(all)
  }
  test.each([
    ['empty', new Uint8Array(0), 'EMPTY'],
    ['blank', ' \r\n \r\n', 'EMPTY'],
    ['binary', bytes('00010203040506070809ff'), 'NOT_CSV'],
    ['a zip file', bytes('504b0304'), 'NOT_CSV'],
    [
      'an Excel file',
      `${Buffer.from('504b0304', 'hex').toString('latin1')}[Content_Types].xml xl/workbook.xml`,
      'NOT_CSV',
    ],
    ['HTML', '<!DOCTYPE html><html><body><table><tr><td>Call</td></tr></table></body></html>', 'NOT_CSV'],
    [
      'of an encoding that nobody can tell',
      bytes('c8ecff2cc0e3e5edf20a31322ccff0e8e2e5f20a', 20),
      'UNKNOWN_ENCODING',
    ],
    ['with NUL in it', `Call Id,Agent\nC1,a\0b\n`, undefined],
  ])('%s', async (_, body, code) => {
    const request = await room.submit({}, { sampleCsv: csv(body) })
    expect(request.status).toBe('SUBMITTED')
    if (code !== undefined) {
      expect(request.analysis.problems.map(problem => problem.code)).toContain(code)
      expect(request.analysis.proposal).toBeNull()
    }
    const file = await (await room.handler(new Request(request.sampleCsv.downloadUrl ?? ''))).arrayBuffer()
    expect(file.byteLength).toBe(typeof body === 'string' ? Buffer.byteLength(body) : body.length)
  })

  test('25 MB of one line', async () => {
    const request = await room.submit({}, { sampleCsv: csv(new Uint8Array(25 * 2 ** 20).fill(120)) })
    expect(request.sampleCsv.size).toBe(25 * 2 ** 20)
    expect(request.analysis.problems.length).toBeGreaterThan(0)
    expect(request.analysis.proposal).toBeNull()
  })
})

describe('staff', () => {
  const queue = async (filter: object = {}): Promise<string[]> => {
    const { setupRequests } = await room.data<{
      setupRequests: { nodes: { id: string }[]; totalCount: number }
    }>(
      room.STAFF,
      'query ($filter: SetupRequestFilter) { setupRequests(filter: $filter, first: 200) { totalCount nodes { id } } }',
      { filter },
    )
    expect(setupRequests.totalCount).toBe(setupRequests.nodes.length)
    return setupRequests.nodes.map(({ id }) => id)
  }

  test('have all requests, oldest first, by status, by whose turn it is, and by words of form and tenant', async () => {
    const first = await room.submit({ contactName: 'Unique Person', sourceSystem: '100%_Sure' })
    const second = await room.submit()
    await room.act(room.STAFF, 'requestSetupChanges', first.id, 'text: "?"')
    const all = await queue()
    expect(all.indexOf(first.id)).toBeLessThan(all.indexOf(second.id))
    expect(await queue({ waitingFor: 'ADMIN' })).toEqual([first.id])
    expect(await queue({ waitingFor: 'STAFF' })).toEqual(all.filter(id => id !== first.id))
    expect(await queue({ status: ['CHANGES_REQUESTED', 'APPROVED'] })).toEqual([first.id])
    expect(await queue({ search: 'unique person' })).toEqual([first.id])
    expect(await queue({ search: '100%_sure' })).toEqual([first.id])
    expect(await queue({ search: 'acME' })).toEqual(all)
    expect(await queue({ search: 'nobody has this' })).toEqual([])
    expect(await queue({ search: '  ' })).toEqual(all)
    const answer = await room.ask(
      room.STAFF,
      '{ setupRequests(filter: { waitingFor: READER }) { nodes { id } } }',
    )
    expect(codesOf(answer)).toEqual(['BAD_INPUT'])
  })

  interface Page {
    setupRequests: { nodes: { id: string }[]; pageInfo: { hasNextPage: boolean; endCursor: string } }
  }

  test('page through them by cursors', async () => {
    const all = await queue()
    const seen: string[] = []
    for (let after: string | null = null; ; ) {
      const { setupRequests }: Page = await room.data<Page>(
        room.STAFF,
        'query ($after: String) { setupRequests(first: 3, after: $after) { nodes { id } pageInfo { hasNextPage endCursor } } }',
        { after },
      )
      seen.push(...setupRequests.nodes.map(({ id }) => id))
      if (!setupRequests.pageInfo.hasNextPage) break
      after = setupRequests.pageInfo.endCursor
    }
    expect(seen).toEqual(all)
  })
})

test('another tenant has none of them, by node, list, link or mutation', async () => {
  const { id } = await room.submit()
  const other = await room.tenantOf('Other')
  expect(await room.ask(other.ADMIN, `{ node(id: "${id}") { id } }`)).toEqual({ data: { node: null } })
  const { tenant } = await room.data<{ tenant: { setupRequests: { totalCount: number } } }>(
    other.READER,
    '{ tenant { setupRequests { totalCount } } }',
  )
  expect(tenant.setupRequests.totalCount).toBe(0)
  const nothing = room.nodeId('SetupRequest', '00000000-0000-7000-8000-000000000000')
  for (const [name, more] of [
    ['withdrawSetupRequest', ''],
    ['replyToSetupRequest', 'text: "x"'],
  ] as const)
    expect((await room.act(other.ADMIN, name, id, more)).errors).toEqual(
      (await room.act(other.ADMIN, name, nothing, more)).errors,
    )
  expect((await room.read(id)).status).toBe('SUBMITTED')
})

test('a request is read by its tenant, newest first', async () => {
  const ids = [(await room.submit()).id, (await room.submit()).id]
  const { tenant } = await room.data<{ tenant: { setupRequests: { nodes: RequestAnswer[] } } }>(
    room.tenant.READER,
    '{ tenant { setupRequests(first: 2) { nodes { id } } } }',
  )
  expect(tenant.setupRequests.nodes.map(({ id }) => id)).toEqual(ids.toReversed())
})
