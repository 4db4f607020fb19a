import { asc, eq } from 'drizzle-orm'
import { describe, expect, test } from 'vitest'
import { type HoldWish, placeHold, releaseHold } from '../../../core/contacts/legal-holds.ts'
import { tables } from '../../../db/db.ts'
import { HEADER, row } from '../../support/contact-files.ts'
import { openImportRoom } from '../imports/import-room.ts'
import { at, type ContactRoom, NOON, openContactRoom, refusalOf } from './contact-room.ts'

const NOBODY = '00000000-0000-7000-8000-000000000000'
const who = { by: 'Ada', now: NOON }

const place = (
  room: Pick<ContactRoom, 'inTenant' | 'tenantId'>,
  contactIds: (string | undefined)[],
  reason = 'a case',
) =>
  room.inTenant(tx =>
    placeHold(tx, room.tenantId, { contactIds: contactIds.map(id => id ?? ''), reason }, who),
  )
const release = (room: Pick<ContactRoom, 'inTenant' | 'tenantId'>, id: string, now = at(13)) =>
  room.inTenant(tx => releaseHold(tx, room.tenantId, id, { by: 'Bea', now }))
const counts = async (room: ContactRoom) => {
  const { contacts } = tables
  const rows = await room.inTenant(tx =>
    tx.select().from(contacts).where(eq(contacts.tenantId, room.tenantId)).orderBy(asc(contacts.reference)),
  )
  return rows.map(each => each.holdCount)
}
const holds = (room: ContactRoom) => room.inTenant(tx => tx.select().from(tables.legalHolds))

test('a contact is on hold until the last hold on it is released', async () => {
  const room = await openContactRoom()
  const one = await place(room, [room.ids[0], room.ids[1], room.ids[0]], ' case 7 ')
  expect(one).toMatchObject({
    reason: 'case 7',
    contactCount: 2,
    placedBy: 'Ada',
    placedAt: NOON,
    releasedAt: null,
  })
  const two = await place(room, [room.ids[1], room.ids[2]])
  expect(await counts(room)).toEqual([1, 2, 1])
  expect(await release(room, one.id)).toMatchObject({ id: one.id, releasedAt: at(13), releasedBy: 'Bea' })
  expect(await counts(room)).toEqual([0, 1, 1])
  await release(room, two.id)
  expect(await counts(room)).toEqual([0, 0, 0])
})

test('released again it stays as it is, also by two at once', async () => {
  const room = await openContactRoom()
  const hold = await place(room, room.ids)
  await place(room, room.ids)
  const both = await Promise.all([13, 14, 15].map(hour => release(room, hold.id, at(hour))))
  expect(new Set(both.map(each => each.releasedAt?.toISOString())).size).toBe(1)
  expect(await counts(room)).toEqual([1, 1, 1])
  expect(await release(room, hold.id, at(20))).toEqual(both[0])
  expect(await counts(room)).toEqual([1, 1, 1])
})

test('many that place and release at once, in any order, leave each contact with its holds in force', async () => {
  const room = await openContactRoom(6)
  const placed = await Promise.all(
    Array.from({ length: 8 }, (_, n) => place(room, n % 2 ? room.ids : room.ids.toReversed())),
  )
  expect(await counts(room)).toEqual([8, 8, 8, 8, 8, 8])
  await Promise.all([
    ...placed.slice(0, 5).map(hold => release(room, hold.id)),
    place(room, room.ids.slice(3)),
  ])
  expect(await counts(room)).toEqual([3, 3, 3, 4, 4, 4])
})

test('one contact that is not there, or another tenant’s: NOT_FOUND, and none is held', async () => {
  const [room, foreign] = [await openContactRoom(), await openContactRoom()]
  const words = async (id: string | undefined) => {
    const refusal = await refusalOf(place(room, [room.ids[0], id]))
    expect(refusal.code).toBe('NOT_FOUND')
    return refusal.message
  }
  expect(await words(foreign.ids[0])).toBe(await words(NOBODY))
  expect([await counts(room), await counts(foreign)]).toEqual([
    [0, 0, 0],
    [0, 0, 0],
  ])
  expect(await holds(room)).toEqual([])
  const theirs = await place(foreign, foreign.ids)
  expect(await refusalOf(release(room, theirs.id))).toMatchObject({ code: 'NOT_FOUND' })
  expect(await counts(foreign)).toEqual([1, 1, 1])
})

test('while an import holds one of them it is LIMITED, and none is held; released neither', async () => {
  const room = await openContactRoom()
  const hold = await place(room, room.ids)
  const running = await room.open()
  await room.change(running.tx, 'r-2')
  const limited = { code: 'LIMITED', retryAfterSeconds: expect.any(Number) }
  const refused = [refusalOf(place(room, room.ids)), refusalOf(release(room, hold.id))]
  expect(await Promise.all(refused)).toMatchObject([limited, limited])
  await running.commit()
  expect(await counts(room)).toEqual([1, 1, 1])
  expect(await holds(room)).toMatchObject([{ releasedAt: null }])
})

test('a deletion that comes first leaves nothing to hold; one that comes second finds the contact on hold', async () => {
  const room = await openContactRoom()
  const deletion = await room.open()
  await room.destroy(deletion.tx, 'r-0')
  const placed = refusalOf(place(room, room.ids))
  await deletion.commit()
  expect(await placed).toMatchObject({ code: 'NOT_FOUND' })
  const holder = await room.open()
  const wish: HoldWish = { contactIds: [room.ids[1] ?? ''], reason: 'first' }
  await placeHold(holder.tx, room.tenantId, wish, who)
  const { contacts } = tables
  const sweep = room.inTenant(tx =>
    tx.select().from(contacts).where(eq(contacts.holdCount, 0)).orderBy(asc(contacts.id)).for('update'),
  )
  await holder.commit()
  expect((await sweep).map(each => each.reference)).toEqual(['r-2'])
})

describe('bad input', () => {
  const pathsOf = async (work: Promise<unknown>) => {
    const { code, fields } = await refusalOf(work)
    return [code, ...fields.map(({ path }) => path.join('.'))]
  }

  test('no contacts, too many, no reason, too long a one, one that cannot be kept', async () => {
    const room = await openContactRoom(1)
    const many = Array.from({ length: 501 }, (_, n) => NOBODY.slice(0, -3) + String(n).padStart(3, '0'))
    expect(await pathsOf(place(room, []))).toEqual(['BAD_INPUT', 'contactIds'])
    expect(await pathsOf(place(room, many, ' '))).toEqual(['BAD_INPUT', 'contactIds', 'reason'])
    expect(await pathsOf(place(room, room.ids, 'x'.repeat(1_001)))).toEqual(['BAD_INPUT', 'reason'])
    expect(await pathsOf(place(room, room.ids, 'nul \0'))).toEqual(['BAD_INPUT', 'reason'])
  })
})

test('a re-sent row leaves a contact on hold as it is, and updates it once it is released', async () => {
  await using room = await openImportRoom()
  await room.upload('/a.csv', HEADER + row('A') + row('B'))
  await room.run()
  const [held] = await room.contacts()
  const hold = await place(room, [held?.id])
  const second = await room.upload('/b.csv', HEADER + row('A', 'y') + row('B', 'y'))
  await room.run()
  expect(await room.import(second)).toMatchObject({ updated: 1, unchanged: 1 })
  expect((await room.contacts()).map(each => each.agentKey)).toEqual(['diane', 'y'])
  await release(room, hold.id)
  const third = await room.upload('/c.csv', HEADER + row('A', 'y') + row('B', 'y'))
  await room.run()
  expect(await room.import(third)).toMatchObject({ updated: 1, unchanged: 1 })
  expect((await room.contacts()).map(each => each.agentKey)).toEqual(['y', 'y'])
})
