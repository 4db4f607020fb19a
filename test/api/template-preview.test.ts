import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Answer } from './api-room.ts'
import { csv, multipart, openSetupRoom, TEMPLATE } from './setup-room.ts'

let room: Awaited<ReturnType<typeof openSetupRoom>>
beforeAll(async () => {
  room = await openSetupRoom()
  await room.data(
    room.tenant.ADMIN,
    'mutation { upsertAgents(agents: [{ name: "Petra", username: "petra" }]) { id } }',
  )
})
afterAll(() => room[Symbol.asyncDispose]())

const QUERY = `mutation ($t: ColumnTemplateInput!, $id: ID, $file: File) {
  previewColumnTemplate(template: $t, setupRequestId: $id, file: $file) {
    accepted rejected agentsLinked recordingsNamed problems { code }
    rows { number reference agentKey occurredAt recordingName metadata problems { code column message } } } }`

const preview = (token: string, variables: object, file?: File): Promise<Answer> =>
  file
    ? room.sent(
        token,
        multipart(QUERY, { t: TEMPLATE, file: null, ...variables }, { 'variables.file': file }),
      )
    : room.ask(token, QUERY, { t: TEMPLATE, ...variables })

const codesOf = (answer: Answer) => answer.errors?.map(error => error.extensions['code'])

const FILE = [
  'Call Id,Agent,Date,Time,Talk time,Recording,Mood',
  'X1,petra,2026-01-05,9:12:58,0:02:23,x1.wav,fine',
  ',greg,2026-01-05,9:12:58,0:02:23,x2.wav,',
  '',
].join('\n')

describe('a template is tried', () => {
  test('on the sample of a request, for its tenant’s agents, by staff and by its administrator', async () => {
    const { id } = await room.submit()
    for (const token of [room.STAFF, room.tenant.ADMIN])
      expect((await preview(token, { id })).data).toMatchObject({
        previewColumnTemplate: {
          accepted: 3,
          rejected: 0,
          agentsLinked: 1,
          recordingsNamed: 3,
          problems: [],
          rows: [{ number: 1, reference: 'C0001', agentKey: 'petra', recordingName: 'c0001.wav' }, {}, {}],
        },
      })
  })

  test('on a file that is sent along, row by row, with what is wrong and what is kept beside', async () => {
    const { data } = await preview(room.tenant.ADMIN, {}, csv(FILE))
    expect(data).toMatchObject({
      previewColumnTemplate: {
        accepted: 1,
        rejected: 1,
        agentsLinked: 1,
        recordingsNamed: 1,
        rows: [
          {
            number: 1,
            reference: 'X1',
            occurredAt: '2026-01-05T08:12:58.000Z',
            metadata: { Mood: 'fine' },
            problems: [],
          },
          { number: 2, reference: null, agentKey: 'greg', problems: [{ code: 'MISSING_VALUE', column: 1 }] },
        ],
      },
    })
  })

  test('on a file instead of the request’s sample; for staff without a request nobody’s agents count', async () => {
    const { id } = await room.submit()
    const both = await preview(room.STAFF, { id }, csv(FILE))
    expect(both.data).toMatchObject({ previewColumnTemplate: { accepted: 1, agentsLinked: 1 } })
    const alone = await preview(room.STAFF, {}, csv(FILE))
    expect(alone.data).toMatchObject({ previewColumnTemplate: { accepted: 1, agentsLinked: 0 } })
  })

  test('and nothing changes: no contact, no import, no template, no word on the trail', async () => {
    const { id } = await room.submit()
    const all = () =>
      room.data(
        room.tenant.READER,
        '{ tenant { contacts { totalCount } imports { totalCount } columnTemplates(includeRetired: true) { nodes { id } } auditEvents(first: 200) { nodes { id } } } }',
      )
    const before = await all()
    await preview(room.tenant.ADMIN, { id })
    await preview(room.tenant.ADMIN, { id }, csv(FILE))
    expect(await all()).toEqual(before)
  })
})

describe('nothing is tried', () => {
  test('on nothing: BAD_INPUT', async () => {
    expect(codesOf(await preview(room.tenant.ADMIN, {}))).toEqual(['BAD_INPUT'])
  })

  test('by a template that is not sound: BAD_INPUT with a path to each field', async () => {
    const { id } = await room.submit()
    const answer = await preview(room.tenant.ADMIN, { id, t: { ...TEMPLATE, timeZone: 'no', name: '' } })
    expect(codesOf(answer)).toEqual(['BAD_INPUT'])
    const fields = answer.errors?.[0]?.extensions['fields'] as { path: string[] }[]
    expect(fields.map(({ path }) => path.join('.'))).toEqual(['template.name', 'template.timeZone'])
  })

  test('on another tenant’s sample, also with a file of one’s own: NOT_FOUND, as for nothing', async () => {
    const { id } = await room.submit()
    const other = await room.tenantOf('Curious')
    const nothing = room.nodeId('SetupRequest', '00000000-0000-7000-8000-000000000000')
    for (const file of [undefined, csv(FILE)]) {
      const theirs = await preview(other.ADMIN, { id }, file)
      expect(codesOf(theirs)).toEqual(['NOT_FOUND'])
      expect(theirs.errors).toEqual((await preview(other.ADMIN, { id: nothing }, file)).errors)
    }
  })
})
