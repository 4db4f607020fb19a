import { describe, expect, test } from 'vitest'
import { at, NOON, openContactRoom, refusalOf } from '../contacts/contact-room.ts'

const NOBODY = '00000000-0000-7000-8000-000000000000'

describe('recording', () => {
  test('by the contact’s id or reference: the contact is evaluated since the first that stands', async () => {
    const room = await openContactRoom()
    const byId = await room.record({ contactId: room.ids[0], evaluationReference: 'e1', evaluatedAt: at(9) })
    expect(byId).toEqual({
      status: 'RECORDED',
      evaluationReference: 'e1',
      contactId: room.ids[0],
      problem: null,
    })
    await room.record({ contactReference: ' r-0 ', evaluationReference: 'e2', evaluatedAt: at(8) })
    await room.record({ contactReference: 'r-1', evaluationReference: 'e3' })
    expect(await room.evaluated()).toEqual({
      'r-0': at(8).toISOString(),
      'r-1': NOON.toISOString(),
      'r-2': null,
    })
  })

  test('again changes nothing, whatever time it names now, and by whichever name', async () => {
    const room = await openContactRoom()
    await room.record({ contactReference: 'r-0', evaluationReference: 'e1', evaluatedAt: at(9) })
    const before = await room.evaluations()
    const again = await room.record({ contactId: room.ids[0], evaluationReference: 'e1', evaluatedAt: at(3) })
    expect(again).toMatchObject({ status: 'RECORDED', contactId: room.ids[0] })
    expect(await room.evaluations()).toEqual(before)
    expect((await room.evaluated())['r-0']).toBe(at(9).toISOString())
  })

  test('for another contact is refused, and stays where it was; after a withdrawal it may be any contact’s', async () => {
    const room = await openContactRoom()
    await room.record({ contactReference: 'r-0', evaluationReference: 'e1', evaluatedAt: at(9) })
    const elsewhere = await room.record({ contactReference: 'r-1', evaluationReference: 'e1' })
    expect(elsewhere).toMatchObject({
      status: 'REFUSED',
      contactId: null,
      problem: { code: 'EVALUATION_ELSEWHERE' },
    })
    const nowhere = await room.record({ contactReference: 'none yet', evaluationReference: 'e1' })
    expect(nowhere).toMatchObject({ status: 'REFUSED', problem: { code: 'EVALUATION_ELSEWHERE' } })
    expect(await room.evaluated()).toMatchObject({ 'r-0': at(9).toISOString(), 'r-1': null })
    await room.withdraw('e1')
    const anew = await room.record({
      contactReference: 'r-1',
      evaluationReference: 'e1',
      evaluatedAt: at(10),
    })
    expect(anew).toMatchObject({ status: 'RECORDED', contactId: room.ids[1] })
    expect(await room.evaluated()).toMatchObject({ 'r-0': null, 'r-1': at(10).toISOString() })
  })

  test('of a contact that was swept or erased is refused, and nothing of it is kept', async () => {
    const room = await openContactRoom()
    await room.inTenant(tx => room.destroy(tx, 'r-0'))
    const gone = await room.record({ contactReference: 'r-0', evaluationReference: 'e1' })
    expect(gone).toMatchObject({ status: 'REFUSED', contactId: null, problem: { code: 'DELETED_BEFORE' } })
    expect(JSON.stringify(gone.problem)).not.toContain('r-0')
    expect(await room.evaluations()).toEqual([])
  })

  test('a contact’s id that is another tenant’s, or nobody’s, is NOT_FOUND in the same words', async () => {
    const room = await openContactRoom()
    const foreign = await openContactRoom()
    const words = async (contactId: string | undefined) =>
      (await refusalOf(room.record({ contactId, evaluationReference: 'e1' }))).message
    expect(await words(foreign.ids[0])).toBe(await words(NOBODY))
    expect(await foreign.evaluated()).toMatchObject({ 'r-0': null })
  })

  test('an evaluation’s reference is each tenant’s own', async () => {
    const [room, other] = [await openContactRoom(), await openContactRoom()]
    for (const each of [room, other])
      expect(await each.record({ contactReference: 'r-0', evaluationReference: 'e1' })).toMatchObject({
        status: 'RECORDED',
        contactId: each.ids[0],
      })
    await expect(refusalOf(other.withdraw('e2'))).resolves.toMatchObject({ code: 'NOT_FOUND' })
  })
})

describe('withdrawing', () => {
  test('moves the first evaluation on, and ends with none', async () => {
    const room = await openContactRoom()
    for (const hour of [7, 8, 9])
      await room.record({ contactReference: 'r-0', evaluationReference: `e${hour}`, evaluatedAt: at(hour) })
    const seen = []
    for (const hour of [8, 7, 9]) {
      const result = await room.withdraw(`e${hour}`)
      expect(result).toEqual({
        status: 'WITHDRAWN',
        evaluationReference: `e${hour}`,
        contactId: room.ids[0],
        problem: null,
      })
      seen.push((await room.evaluated())['r-0'])
    }
    expect(seen).toEqual([at(7).toISOString(), at(9).toISOString(), null])
  })

  test('again changes nothing; what was never recorded is NOT_FOUND', async () => {
    const room = await openContactRoom()
    await room.record({ contactReference: 'r-0', evaluationReference: 'e1' })
    await room.withdraw('e1')
    const before = await room.evaluations()
    expect(await room.withdraw('e1')).toMatchObject({ status: 'WITHDRAWN' })
    expect(await room.evaluations()).toEqual(before)
    for (const reference of ['none', '', '\0', 'x'.repeat(513)])
      expect(await refusalOf(room.withdraw(reference))).toMatchObject({ code: 'NOT_FOUND' })
  })
})

describe('waiting', () => {
  test('one that comes before its contact waits, is listed, and stands once the contact is there', async () => {
    const room = await openContactRoom()
    const early = { contactReference: 'late', evaluationReference: 'e1', evaluatedAt: at(9) }
    expect(await room.record(early)).toMatchObject({ status: 'WAITING', contactId: null, problem: null })
    expect(await room.record({ ...early, evaluatedAt: at(2) })).toMatchObject({ status: 'WAITING' })
    expect(await room.link()).toEqual({ linked: 0, passedOver: 0 })
    expect(await room.waiting()).toEqual(['e1'])
    await room.inTenant(tx => room.create(tx, 'late'))
    expect(await room.link()).toEqual({ linked: 1, passedOver: 0 })
    expect(await room.evaluated()).toMatchObject({ late: at(9).toISOString() })
    expect(await room.waiting()).toEqual([])
    expect(await room.link()).toEqual({ linked: 0, passedOver: 0 })
  })

  test('recorded again when the contact is there, it stands at once, as of its first time', async () => {
    const room = await openContactRoom()
    await room.record({ contactReference: 'late', evaluationReference: 'e1', evaluatedAt: at(9) })
    await room.inTenant(tx => room.create(tx, 'late'))
    const again = await room.record({
      contactReference: 'late',
      evaluationReference: 'e1',
      evaluatedAt: at(10),
    })
    expect(again).toMatchObject({ status: 'RECORDED', contactId: expect.any(String) })
    expect(await room.evaluated()).toMatchObject({ late: at(9).toISOString() })
  })

  test('for another reference is refused while it waits', async () => {
    const room = await openContactRoom()
    await room.record({ contactReference: 'late', evaluationReference: 'e1' })
    for (const contactReference of ['r-0', 'later'])
      expect(await room.record({ contactReference, evaluationReference: 'e1' })).toMatchObject({
        status: 'REFUSED',
        problem: { code: 'EVALUATION_ELSEWHERE' },
      })
    expect(await room.waiting()).toEqual(['e1'])
  })

  test('withdrawn, it waits no more, and forgets what it waited for', async () => {
    const room = await openContactRoom()
    await room.record({ contactReference: 'late', evaluationReference: 'e1' })
    expect(await room.withdraw('e1')).toMatchObject({ status: 'WITHDRAWN', contactId: null })
    expect(await room.waiting()).toEqual([])
    expect((await room.evaluations())[0]?.contactReference).toBe('')
    await room.inTenant(tx => room.create(tx, 'late'))
    expect(await room.link()).toEqual({ linked: 0, passedOver: 0 })
    expect(await room.evaluated()).toMatchObject({ late: null })
    await room.record({ contactReference: 'late', evaluationReference: 'e1', evaluatedAt: at(6) })
    expect(await room.evaluated()).toMatchObject({ late: at(6).toISOString() })
  })

  test('many are linked in shares, several of one contact among them, and another tenant’s never', async () => {
    const [room, other] = [await openContactRoom(1), await openContactRoom(1)]
    const wish = (n: number) => ({
      contactReference: `late-${n % 20}`,
      evaluationReference: `e${n}`,
      evaluatedAt: at(n % 12),
    })
    const wishes = Array.from({ length: 50 }, (_, n) => wish(n))
    for (const each of [room, other]) await each.recordAll(wishes)
    await room.inTenant(async tx => {
      for (let n = 0; n < 20; n++) await room.create(tx, `late-${n}`)
    })
    expect(await other.link()).toEqual({ linked: 0, passedOver: 0 })
    expect(await room.link({ share: 7 })).toEqual({ linked: 50, passedOver: 0 })
    expect(await other.waiting()).toHaveLength(50)
    const first = Object.entries(await room.evaluated()).filter(([reference]) => reference !== 'r-0')
    expect(first).toHaveLength(20)
    for (const [reference, since] of first) {
      const own = wishes.filter(each => each.contactReference === reference)
      expect(since).toBe(new Date(Math.min(...own.map(each => +each.evaluatedAt))).toISOString())
    }
  })
})
