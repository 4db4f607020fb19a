import { afterAll, beforeAll, expect, test } from 'vitest'
import { NO_SOUND, sound } from '../core/recordings/recording-room.ts'
import { type ApiRoom, openApiRoom } from './api-room.ts'
import { recordingSender } from './recordings-fixture.ts'

const DAY = 86_400_000
let now = new Date()
const ago = (days: number) => new Date(Date.now() - days * DAY)

let room: ApiRoom
beforeAll(async () => {
  room = await openApiRoom({ clock: () => now })
})
afterAll(() => room[Symbol.asyncDispose]())

interface Problem {
  code: string
  message: string
  whoseMove: string
  details: { count: number; examples: unknown[] }
}

async function newTenant() {
  const tenant = await room.tenant('Tenant')
  const sender = await recordingSender(room, tenant.tenantId)
  return {
    ...sender,
    problems: async () => {
      const answer = await room.data<{ tenant: { health: { openProblems: Problem[] } } }>(
        tenant.READER,
        '{ tenant { health { openProblems { code message whoseMove details } } } }',
      )
      return answer.tenant.health.openProblems
    },
  }
}

test('what is named and has not come within the grace is one problem, with its count and three examples', async () => {
  const { addContacts, problems, send, work } = await newTenant()
  await addContacts([
    { reference: 'fresh', audio: 'fresh.wav', importedAt: ago(2.9) },
    { reference: 'none', importedAt: ago(10) },
  ])
  await work()
  expect(await problems()).toEqual([])
  await addContacts([{ reference: 'late', audio: 'late.wav', screen: 'late.mp4', importedAt: ago(3.1) }])
  await send('/late.wav', sound())
  await work()
  expect(await problems()).toEqual([
    {
      code: 'RECORDING_MISSING',
      message:
        'A contact names a recording that has not come within 3 days: late.mp4 of late. Send them, or send their contacts again with the names that the recordings have.',
      whoseMove: 'SENDER',
      details: { count: 1, examples: [{ reference: 'late', name: 'late.mp4' }] },
    },
  ])
  await addContacts(
    [4, 5, 6, 7].map(days => ({ reference: `d${days}`, audio: `d${days}.wav`, importedAt: ago(days) })),
  )
  const [problem] = await problems()
  expect(problem?.message).toContain('5 contacts name recordings that have not come within 3 days')
  expect(problem?.details).toEqual({
    count: 5,
    examples: [
      { reference: 'late', name: 'late.mp4' },
      { reference: 'd4', name: 'd4.wav' },
      { reference: 'd5', name: 'd5.wav' },
    ],
  })
})

test('what is ambiguous is a problem of the administrator, until it is settled', async () => {
  const { addContacts, problems, send, work, tree } = await newTenant()
  for (const folder of ['/x', '/y']) {
    await tree.makeFolder(folder)
    await send(`${folder}/a.wav`, sound())
  }
  await addContacts([{ reference: 'A', audio: 'a.wav' }])
  await work()
  expect(await problems()).toMatchObject([
    {
      code: 'RECORDING_AMBIGUOUS',
      whoseMove: 'ADMIN',
      details: { count: 1, examples: [{ reference: 'A', name: 'a.wav' }] },
    },
  ])
  await tree.rename('/y/a.wav', '/y/b.wav', false)
  await work()
  expect(await problems()).toEqual([])
})

test('what came damaged is said for seven days, or until a sound version comes', async () => {
  const { problems, send, work } = await newTenant()
  await send('/note.wav', NO_SOUND)
  await send('/empty.wav', '')
  await work()
  expect(await problems()).toMatchObject([
    {
      code: 'RECORDING_DAMAGED',
      whoseMove: 'SENDER',
      message: expect.stringMatching(
        /^2 recordings came damaged\. For example \/empty\.wav: It is empty\. \/note\.wav: It is no recording/,
      ),
      details: { count: 2 },
    },
  ])
  await send('/note.wav', sound())
  await work()
  expect((await problems()).map(problem => problem.details.count)).toEqual([1])
  now = new Date(Date.now() + 7.1 * DAY)
  expect(await problems()).toEqual([])
  now = new Date()
})
