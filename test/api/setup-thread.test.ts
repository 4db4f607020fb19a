import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { sampleRecording } from '../../local/demo/sample-recording.ts'
import type { Answer } from './api-room.ts'
import { csv, openSetupRoom, type RequestAnswer } from './setup-room.ts'

let room: Awaited<ReturnType<typeof openSetupRoom>>
beforeAll(async () => {
  room = await openSetupRoom()
})
afterAll(() => room[Symbol.asyncDispose]())

const codesOf = (answer: Answer) => answer.errors?.map(error => error.extensions['code'])
const only = (answer: Answer) => {
  if (answer.errors) throw new Error(JSON.stringify(answer.errors))
  return Object.values(answer.data ?? {})[0] as unknown as RequestAnswer
}
const status = async (url: string | null) => (await room.handler(new Request(url ?? ''))).status

describe('the thread of a request', () => {
  test('has who said what and when, in order, and whose turn it is since when', async () => {
    const { id } = await room.submit()
    const submitted = room.now().toISOString()
    const asked = room.pass(1).toISOString()
    await room.act(room.STAFF, 'requestSetupChanges', id, 'text: "Which time zone?"')
    room.pass(1)
    await room.act(room.STAFF, 'requestSetupChanges', id, 'text: "And who is agent 7?"')
    expect(await room.read(id)).toMatchObject({
      status: 'CHANGES_REQUESTED',
      waitingFor: 'ADMIN',
      waitingSince: asked,
    })
    const answered = room.pass(1).toISOString()
    await room.act(room.tenant.ADMIN, 'replyToSetupRequest', id, 'text: "  Berlin. Petra.\\nSoon gone. "')
    room.pass(1)
    await room.act(room.STAFF, 'replyToSetupRequest', id, 'text: "Thank you, we look at it."')
    const request = await room.read(id)
    expect(request).toMatchObject({
      status: 'SUBMITTED',
      waitingFor: 'STAFF',
      waitingSince: answered,
      submittedAt: submitted,
    })
    expect(request.messages.map(({ from, role, text }) => ({ from, role, text }))).toEqual([
      { from: 'staff', role: 'STAFF', text: 'Which time zone?' },
      { from: 'staff', role: 'STAFF', text: 'And who is agent 7?' },
      { from: 'administrator', role: 'ADMIN', text: 'Berlin. Petra.\nSoon gone.' },
      { from: 'staff', role: 'STAFF', text: 'Thank you, we look at it.' },
    ])
    expect(request.messages[0]?.at).toBe(asked)
  })

  test('what staff say does not take the turn from the customer', async () => {
    const { id } = await room.submit()
    await room.act(room.STAFF, 'requestSetupChanges', id, 'text: "?"')
    await room.act(room.STAFF, 'replyToSetupRequest', id, 'text: "We mean the second column."')
    expect(await room.read(id)).toMatchObject({ status: 'CHANGES_REQUESTED', waitingFor: 'ADMIN' })
  })

  test.each([
    ['replyToSetupRequest', 'text'],
    ['requestSetupChanges', 'text'],
    ['rejectSetupRequest', 'reason'],
  ])('%s wants words', async (name, argument) => {
    const { id } = await room.submit()
    for (const text of ['', '  \\n ', 'x'.repeat(10_001), 'a\\u0000b']) {
      const answer = await room.act(room.STAFF, name, id, `${argument}: "${text}"`)
      expect(codesOf(answer)).toEqual(['BAD_INPUT'])
      expect(answer.errors?.[0]?.extensions['fields']).toMatchObject([{ path: [argument] }])
    }
    expect(await room.read(id)).toMatchObject({ status: 'SUBMITTED', messages: [] })
  })
})

describe('a reply with a new sample', () => {
  const better = 'Call Id;Agent;Start\nC1;petra;05.01.2026 09:12\nC2;greg;25.01.2026 10:00\n'

  test('replaces the old one, which nobody can read any more, and is analysed', async () => {
    const first = await room.submit()
    await room.act(room.STAFF, 'requestSetupChanges', first.id, 'text: "With a date, please."')
    const request = only(
      await room.reply(room.tenant.ADMIN, first.id, 'Here.', { sampleCsv: csv(better, 'better.csv') }),
    )
    expect(request).toMatchObject({
      status: 'SUBMITTED',
      sampleCsv: { fileName: 'better.csv', size: better.length },
      analysis: { rowCount: 2, dialect: { delimiter: ';' } },
    })
    expect(await status(request.sampleCsv.downloadUrl)).toBe(200)
    expect(await status(first.sampleCsv.downloadUrl)).toBe(410)
  })

  test('by staff, on the customer’s behalf, hands the request back as well', async () => {
    const { id } = await room.submit()
    await room.act(room.STAFF, 'requestSetupChanges', id, 'text: "?"')
    const request = only(await room.reply(room.STAFF, id, 'As sent by mail.', { sampleCsv: csv(better) }))
    expect(request).toMatchObject({ status: 'SUBMITTED', waitingFor: 'STAFF' })
  })

  test('of a recording alone is looked at together with the CSV that was there', async () => {
    const { id } = await room.submit()
    const recording = new File([new Uint8Array(sampleRecording(1))], 'c0001.wav')
    const request = only(
      await room.reply(room.tenant.ADMIN, id, 'And one of these.', { sampleRecording: recording }),
    )
    expect(request.analysis).toMatchObject({ rowCount: 3, recording: { playable: true, namedByRow: true } })
    const unnamed = only(await room.reply(room.tenant.ADMIN, id, 'Another CSV.', { sampleCsv: csv(better) }))
    expect(unnamed.sampleRecording?.fileName).toBe('c0001.wav')
    expect(unnamed.analysis).toMatchObject({ rowCount: 2, recording: { playable: true, namedByRow: false } })
  })

  test('that comes at the same moment as another leaves an analysis of what is there', async () => {
    const { id } = await room.submit()
    const recording = new File([new Uint8Array(sampleRecording(1))], 'c0001.wav')
    const answers = await Promise.all([
      room.reply(room.tenant.ADMIN, id, 'one', { sampleCsv: csv(better) }),
      room.reply(room.tenant.ADMIN, id, 'two', { sampleRecording: recording }),
      room.reply(room.tenant.ADMIN, id, 'three', { sampleRecording: recording }),
    ])
    for (const answer of answers) expect([undefined, ['CONFLICT']]).toContainEqual(codesOf(answer))
    const { analysis, sampleCsv, sampleRecording: there, messages } = await room.read(id)
    expect(messages).toHaveLength(answers.filter(answer => !answer.errors).length)
    expect(analysis.rowCount).toBe(sampleCsv.size === better.length ? 2 : 3)
    expect(analysis.recording === null).toBe(there === null)
  })
})

describe('a decided request', () => {
  test.each([
    ['withdrawSetupRequest', '', 'WITHDRAWN'],
    ['rejectSetupRequest', 'reason: "Not without an agent."', 'REJECTED'],
    ['approveSetupRequest', '', 'APPROVED'],
  ])('by %s waits for nobody, and nothing more is done to it: CONFLICT', async (name, more, decided) => {
    const { id } = await room.submit()
    if (decided === 'APPROVED') expect((await room.approve(room.STAFF, id)).errors).toBeUndefined()
    else only(await room.act(room.STAFF, name, id, more))
    const request = await room.read(id)
    expect(request).toMatchObject({
      status: decided,
      waitingFor: null,
      waitingSince: null,
      decidedAt: room.now().toISOString(),
    })
    if (decided === 'REJECTED') expect(request.messages).toMatchObject([{ text: 'Not without an agent.' }])
    const tries = [
      room.act(room.tenant.ADMIN, 'withdrawSetupRequest', id),
      room.act(room.tenant.ADMIN, 'replyToSetupRequest', id, 'text: "but"'),
      room.reply(room.tenant.ADMIN, id, 'but', { sampleCsv: csv() }),
      room.act(room.STAFF, 'requestSetupChanges', id, 'text: "but"'),
      room.act(room.STAFF, 'rejectSetupRequest', id, 'reason: "but"'),
      room.approve(room.STAFF, id),
    ]
    for (const attempt of tries) expect(codesOf(await attempt)).toEqual(['CONFLICT'])
    const { downloadUrl: _, ...sample } = request.sampleCsv
    expect(await room.read(id)).toMatchObject({ ...request, sampleCsv: sample })
  })
})
