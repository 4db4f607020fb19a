import { setTimeout as sleep } from 'node:timers/promises'
import { sql } from 'drizzle-orm'
import { describe, expect, test } from 'vitest'
import { recordEvaluation } from '../../../core/evaluations/record-evaluations.ts'
import { linkAfterCommit } from '../../../core/evaluations/waiting-evaluations.ts'
import { withdrawEvaluation } from '../../../core/evaluations/withdraw-evaluation.ts'
import { at, type ContactRoom, NOON, openContactRoom, refusalOf } from '../contacts/contact-room.ts'

/** Whether something has ended by itself within a moment. */
const hasEnded = (work: Promise<unknown>) =>
  Promise.race([
    work.then(
      () => true,
      () => true,
    ),
    sleep(150).then(() => false),
  ])

const jobs = async (room: ContactRoom) => {
  const { default: postgres } = await import('postgres')
  const superuser = postgres(room.test.superuserUrl, { max: 1 })
  const rows = await superuser`
    select t.identifier, j.run_at from graphile_worker._private_jobs j join graphile_worker._private_tasks t on t.id = j.task_id
     where j.payload->>'tenantId' = ${room.tenantId}`
  await superuser.end()
  return rows.map(row => ({ task: row['identifier'] as string, runAt: row['run_at'] as Date }))
}

/** As a worker does that runs them: none waits any more. */
const takeJobs = async (room: ContactRoom) => {
  const { default: postgres } = await import('postgres')
  const superuser = postgres(room.test.superuserUrl, { max: 1 })
  await superuser`delete from graphile_worker._private_jobs where payload->>'tenantId' = ${room.tenantId}`
  await superuser.end()
}

describe('two recorders at once', () => {
  test('of one evaluation: it is kept once, and both are told that it stands', async () => {
    const room = await openContactRoom()
    const wish = { contactReference: 'r-0', evaluationReference: 'e1' }
    const results = await Promise.all(
      Array.from({ length: 8 }, (_, n) => room.record({ ...wish, evaluatedAt: at(n) })),
    )
    expect(results.map(each => each.status)).toEqual(Array.from({ length: 8 }, () => 'RECORDED'))
    const [kept, ...more] = await room.evaluations()
    expect(more).toEqual([])
    expect((await room.evaluated())['r-0']).toBe(kept?.evaluatedAt.toISOString())
  })

  test('of one reference for two contacts: one has it, the other is refused', async () => {
    const room = await openContactRoom()
    const first = await room.open()
    await recordEvaluation(first.tx, room.ports, room.tenantId, {
      contactReference: 'r-0',
      evaluationReference: 'e1',
    })
    const second = room.record({ contactReference: 'r-1', evaluationReference: 'e1' })
    expect(await hasEnded(second)).toBe(false)
    await first.commit()
    expect(await second).toMatchObject({ status: 'REFUSED', problem: { code: 'EVALUATION_ELSEWHERE' } })
    expect(await room.evaluated()).toMatchObject({ 'r-0': NOON.toISOString(), 'r-1': null })
  })

  test('of batches in opposite order, of contacts that are there and that are to come: neither is in the other’s way', async () => {
    const room = await openContactRoom(40)
    const wishes = Array.from({ length: 80 }, (_, n) => ({
      contactReference: n < 40 ? `r-${n}` : `late-${n}`,
      evaluationReference: `e${n}`,
    }))
    const batches = Array.from({ length: 6 }, (_, n) => room.recordAll(n % 2 ? wishes : wishes.toReversed()))
    for (const results of await Promise.all(batches))
      expect(results.filter(each => each.status === 'REFUSED')).toEqual([])
    expect(await room.evaluations()).toHaveLength(80)
  })
})

describe('a running import', () => {
  test('that holds the contact: LIMITED with a time to come back, one or many, and recorded after its commit', async () => {
    const room = await openContactRoom()
    const running = await room.open()
    await room.change(running.tx, 'r-1')
    const limited = { code: 'LIMITED', retryAfterSeconds: expect.any(Number) }
    const wish = { contactReference: 'r-1', evaluationReference: 'e1' }
    const many = [{ contactReference: 'r-0', evaluationReference: 'e0' }, wish]
    const refusals = await Promise.all([refusalOf(room.record(wish)), refusalOf(room.recordAll(many))])
    expect(refusals).toMatchObject([limited, limited])
    expect(await room.record({ contactReference: 'r-2', evaluationReference: 'e2' })).toMatchObject({
      status: 'RECORDED',
    })
    expect((await room.evaluations()).map(each => each.reference)).toEqual(['e2'])
    await running.commit()
    expect((await room.recordAll(many)).map(each => each.status)).toEqual(['RECORDED', 'RECORDED'])
  })

  test('that makes the contact: it waits, and the import’s own job links it when the import commits last', async () => {
    const room = await openContactRoom()
    const running = await room.open()
    await room.create(running.tx, 'new')
    expect(await room.record({ contactReference: 'new', evaluationReference: 'e1' })).toMatchObject({
      status: 'WAITING',
    })
    expect(await room.link()).toMatchObject({ linked: 0 })
    await running.commit()
    expect(await room.link()).toMatchObject({ linked: 1 })
    expect(await room.evaluated()).toMatchObject({ new: NOON.toISOString() })
  })

  test('that commits, and has had its job run, before the evaluation commits: the evaluation’s own job links it', async () => {
    const room = await openContactRoom()
    const recorder = await room.open()
    const wish = { contactReference: 'new', evaluationReference: 'e1' }
    expect(await recordEvaluation(recorder.tx, room.ports, room.tenantId, wish)).toMatchObject({
      status: 'WAITING',
    })
    await room.inTenant(tx => room.create(tx, 'new'))
    expect(await room.link()).toEqual({ linked: 0, passedOver: 0 })
    expect(await jobs(room)).toEqual([])
    await recorder.commit()
    expect((await jobs(room)).map(job => job.task)).toEqual(['link-evaluations'])
    expect(await room.link()).toEqual({ linked: 1, passedOver: 0 })
  })

  test('that holds a contact which an evaluation waits for: passed over, told, come back for', async () => {
    const room = await openContactRoom()
    for (const reference of ['a', 'b'])
      await room.record({ contactReference: reference, evaluationReference: `e-${reference}` })
    await room.inTenant(async tx => {
      for (const reference of ['a', 'b']) await room.create(tx, reference)
    })
    const running = await room.open()
    await room.change(running.tx, 'a')
    expect(await room.link()).toEqual({ linked: 1, passedOver: 1 })
    expect(await room.evaluated()).toMatchObject({ a: null, b: NOON.toISOString() })
    const now = new Date()
    const { signal } = new AbortController()
    await takeJobs(room)
    expect(await linkAfterCommit(room.database, room.tenantId, { now, signal })).toBe(0)
    const later = (await jobs(room)).filter(job => job.runAt > new Date(now.getTime() + 20_000))
    expect(later.map(job => job.task)).toEqual(['link-evaluations'])
    const again = room.link()
    await sleep(300)
    await running.commit()
    expect(await again).toEqual({ linked: 1, passedOver: 0 })
    expect(await room.evaluated()).toMatchObject({ a: NOON.toISOString() })
  })
})

describe('a deletion of the contact', () => {
  test('that comes first: DELETED_BEFORE by reference, NOT_FOUND by id', async () => {
    const room = await openContactRoom()
    const deletion = await room.open()
    await room.destroy(deletion.tx, 'r-0')
    const byReference = room.record({ contactReference: 'r-0', evaluationReference: 'e1' })
    const byId = refusalOf(room.record({ contactId: room.ids[0], evaluationReference: 'e2' }))
    expect(await hasEnded(byReference)).toBe(false)
    await deletion.commit()
    expect(await byReference).toMatchObject({ status: 'REFUSED', problem: { code: 'DELETED_BEFORE' } })
    expect(await byId).toMatchObject({ code: 'NOT_FOUND' })
    expect(await room.evaluations()).toEqual([])
  })

  test('that is rolled back: recorded', async () => {
    const room = await openContactRoom()
    const deletion = await room.open()
    await room.destroy(deletion.tx, 'r-0')
    const recorded = room.record({ contactReference: 'r-0', evaluationReference: 'e1' })
    await sleep(100)
    await deletion.rollback()
    expect(await recorded).toMatchObject({ status: 'RECORDED', contactId: room.ids[0] })
  })

  test('that comes second sees the contact evaluated under its lock', async () => {
    const room = await openContactRoom()
    const recorder = await room.open()
    const wish = { contactReference: 'r-0', evaluationReference: 'e1' }
    await recordEvaluation(recorder.tx, room.ports, room.tenantId, wish)
    const sweep = room.inTenant(tx =>
      tx.execute(sql`
        select id from contacts
         where tenant_id = ${room.tenantId} and reference = 'r-0' and evaluated_at is null for update`),
    )
    expect(await hasEnded(sweep)).toBe(false)
    await recorder.commit()
    expect(await sweep).toHaveLength(0)
  })

  test('takes its evaluations along, and none comes back with the next withdrawal', async () => {
    const room = await openContactRoom()
    await room.record({ contactReference: 'r-0', evaluationReference: 'e1' })
    const deletion = await room.open()
    await room.destroy(deletion.tx, 'r-0')
    const withdrawn = refusalOf(room.withdraw('e1'))
    expect(await hasEnded(withdrawn)).toBe(false)
    await deletion.commit()
    expect(await withdrawn).toMatchObject({ code: 'NOT_FOUND' })
  })
})

describe('a withdrawal', () => {
  test('against a recorder of the same: whoever is last has the last word, and the contact’s row agrees', async () => {
    const room = await openContactRoom()
    const wish = { contactReference: 'r-0', evaluationReference: 'e1', evaluatedAt: at(9) }
    await room.record(wish)
    const withdrawal = await room.open()
    await withdrawEvaluation(withdrawal.tx, NOON, room.tenantId, 'e1')
    const recorded = room.record({ ...wish, evaluatedAt: at(10) })
    expect(await hasEnded(recorded)).toBe(false)
    await withdrawal.commit()
    expect(await recorded).toMatchObject({ status: 'RECORDED' })
    expect(await room.evaluated()).toMatchObject({ 'r-0': at(10).toISOString() })
    const recorder = await room.open()
    await recordEvaluation(recorder.tx, room.ports, room.tenantId, wish)
    const withdrawn = room.withdraw('e1')
    await recorder.commit()
    expect(await withdrawn).toMatchObject({ status: 'WITHDRAWN' })
    expect(await room.evaluated()).toMatchObject({ 'r-0': null })
  })

  test('of one that is being linked to its contact withdraws it from the contact', async () => {
    const room = await openContactRoom()
    await room.record({ contactReference: 'late', evaluationReference: 'e1' })
    await room.inTenant(tx => room.create(tx, 'late'))
    const linking = await room.open()
    const wish = { contactReference: 'late', evaluationReference: 'e1' }
    expect(await recordEvaluation(linking.tx, room.ports, room.tenantId, wish)).toMatchObject({
      status: 'RECORDED',
    })
    const withdrawn = room.withdraw('e1')
    expect(await hasEnded(withdrawn)).toBe(false)
    await linking.commit()
    expect(await withdrawn).toMatchObject({ status: 'WITHDRAWN', contactId: expect.any(String) })
    expect(await room.evaluated()).toMatchObject({ late: null })
  })

  test('of one that is recorded for another contact meanwhile withdraws it there', async () => {
    const room = await openContactRoom()
    await room.record({ contactReference: 'r-0', evaluationReference: 'e1' })
    const other = await room.open()
    await withdrawEvaluation(other.tx, NOON, room.tenantId, 'e1')
    await recordEvaluation(other.tx, room.ports, room.tenantId, {
      contactReference: 'r-1',
      evaluationReference: 'e1',
    })
    const withdrawn = room.withdraw('e1')
    expect(await hasEnded(withdrawn)).toBe(false)
    await other.commit()
    expect(await withdrawn).toMatchObject({ status: 'WITHDRAWN', contactId: room.ids[1] })
    expect(await room.evaluated()).toMatchObject({ 'r-0': null, 'r-1': null })
  })

  test('while an import holds the contact is LIMITED, and nothing is withdrawn', async () => {
    const room = await openContactRoom()
    await room.record({ contactReference: 'r-0', evaluationReference: 'e1' })
    const running = await room.open()
    await room.change(running.tx, 'r-0')
    expect(await refusalOf(room.withdraw('e1'))).toMatchObject({
      code: 'LIMITED',
      retryAfterSeconds: expect.any(Number),
    })
    await running.commit()
    expect((await room.evaluations())[0]?.withdrawnAt).toBeNull()
  })
})
