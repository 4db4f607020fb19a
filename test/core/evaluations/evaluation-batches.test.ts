import { describe, expect, test } from 'vitest'
import type { EvaluationWish } from '../../../core/evaluations/evaluation.ts'
import { recordEvaluations } from '../../../core/evaluations/record-evaluations.ts'
import { at, NOON, openContactRoom, refusalOf } from '../contacts/contact-room.ts'

const NOBODY = '00000000-0000-7000-8000-000000000000'

test('each is answered in its place; what is refused stops no other', async () => {
  const room = await openContactRoom()
  await room.record({ contactReference: 'r-2', evaluationReference: 'taken' })
  await room.inTenant(tx => room.destroy(tx, 'r-1'))
  const results = await room.recordAll([
    { contactReference: 'r-0', evaluationReference: 'e1', evaluatedAt: at(9) },
    { contactId: NOBODY, evaluationReference: 'e2' },
    { contactReference: 'late', evaluationReference: 'e3' },
    { contactReference: 'r-1', evaluationReference: 'e4' },
    { contactId: room.ids[0], evaluationReference: 'taken' },
    { contactId: room.ids[0], evaluationReference: 'e5', evaluatedAt: at(8) },
  ])
  expect(results.map(each => [each.evaluationReference, each.status, each.problem?.code])).toEqual([
    ['e1', 'RECORDED', undefined],
    ['e2', 'REFUSED', 'NOT_FOUND'],
    ['e3', 'WAITING', undefined],
    ['e4', 'REFUSED', 'DELETED_BEFORE'],
    ['taken', 'REFUSED', 'EVALUATION_ELSEWHERE'],
    ['e5', 'RECORDED', undefined],
  ])
  expect((await room.evaluated())['r-0']).toBe(at(8).toISOString())
  expect((await room.evaluations()).map(each => each.reference)).toEqual(['e1', 'e3', 'e5', 'taken'])
})

test('within one batch they count as if sent one after the other', async () => {
  const room = await openContactRoom()
  const results = await room.recordAll([
    { contactReference: 'r-0', evaluationReference: 'e1', evaluatedAt: at(9) },
    { contactId: room.ids[0], evaluationReference: 'e1', evaluatedAt: at(5) },
    { contactReference: 'r-1', evaluationReference: 'e1', evaluatedAt: at(4) },
    { contactReference: 'late', evaluationReference: 'e2' },
    { contactReference: 'r-1', evaluationReference: 'e2' },
  ])
  expect(results.map(each => each.status)).toEqual(['RECORDED', 'RECORDED', 'REFUSED', 'WAITING', 'REFUSED'])
  expect(await room.evaluated()).toMatchObject({ 'r-0': at(9).toISOString(), 'r-1': null })
})

test('500 take as few statements as one does', async () => {
  const room = await openContactRoom(500)
  const counted = async (wishes: EvaluationWish[]) => {
    let count = 0
    const results = await room.inTenant(tx => {
      const { session } = (tx as unknown as { _: { session: { options: object; logger: object } } })._
      const logger = { logQuery: () => (count += 1) }
      Object.assign(session, { logger })
      Object.assign(session.options, { logger })
      return recordEvaluations(tx, room.ports, room.tenantId, wishes)
    })
    return { count, results }
  }
  const wish = (n: number) => ({
    ...(n % 2 ? { contactReference: `r-${n}` } : { contactId: room.ids[n] }),
    evaluationReference: `e${n}`,
    evaluatedAt: at(n % 12),
  })
  const one = await counted([wish(1)])
  const many = await counted(Array.from({ length: 500 }, (_, n) => wish(n)))
  expect(one.count).toBeGreaterThan(5)
  expect(many.count).toBe(one.count)
  expect(many.results.every(each => each.status === 'RECORDED')).toBe(true)
  expect(Object.values(await room.evaluated()).filter(since => since === null)).toEqual([])
})

describe('bad input', () => {
  test('more than 500, and none', async () => {
    const room = await openContactRoom(1)
    const many = Array.from({ length: 501 }, (_, n) => ({
      contactReference: 'r-0',
      evaluationReference: `${n}`,
    }))
    expect(await refusalOf(room.recordAll(many))).toMatchObject({
      code: 'BAD_INPUT',
      fields: [{ path: ['evaluations'] }],
    })
    expect(await room.evaluations()).toEqual([])
    expect(await room.recordAll([])).toEqual([])
  })

  test('all that is wrong is told at once, by its path, and nothing is recorded', async () => {
    const room = await openContactRoom()
    const refusal = await refusalOf(
      room.recordAll([
        { contactReference: 'r-0', evaluationReference: 'sound' },
        { evaluationReference: 'e1' },
        { contactId: room.ids[0], contactReference: 'r-0', evaluationReference: 'e2' },
        { contactReference: '  ', evaluationReference: '' },
        { contactReference: 'r-0', evaluationReference: 'x'.repeat(513) },
        { contactReference: 'r\0', evaluationReference: 'lone \ud800' },
        { contactReference: 'r-0', evaluationReference: 'e3', evaluatedAt: new Date(+NOON + 120_000) },
        { contactReference: 'r-0', evaluationReference: 'e4', evaluatedAt: new Date('0001-01-01') },
      ]),
    )
    expect(refusal.code).toBe('BAD_INPUT')
    expect(refusal.fields.map(({ path }) => path.join('.'))).toEqual([
      'evaluations.1.contactId',
      'evaluations.2.contactId',
      'evaluations.3.contactReference',
      'evaluations.3.evaluationReference',
      'evaluations.4.evaluationReference',
      'evaluations.5.contactReference',
      'evaluations.5.evaluationReference',
      'evaluations.6.evaluatedAt',
      'evaluations.7.evaluatedAt',
    ])
    expect(await room.evaluations()).toEqual([])
  })

  test('of one evaluation the path begins with the argument’s name', async () => {
    const room = await openContactRoom(1)
    expect(await refusalOf(room.record({ evaluationReference: '' }))).toMatchObject({
      fields: [{ path: ['evaluation', 'contactId'] }, { path: ['evaluation', 'evaluationReference'] }],
    })
  })

  test('a clock that is seconds ahead is none', async () => {
    const room = await openContactRoom(1)
    const soon = { contactReference: 'r-0', evaluationReference: 'e1', evaluatedAt: new Date(+NOON + 5_000) }
    expect(await room.record(soon)).toMatchObject({ status: 'RECORDED' })
  })
})
