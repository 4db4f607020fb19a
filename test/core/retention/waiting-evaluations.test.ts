import { expect, test } from 'vitest'
import { linkWaitingEvaluations, waitingEvaluations } from '../../../core/evaluations/waiting-evaluations.ts'
import { eraseContacts } from '../../../core/retention/erase.ts'
import { tables } from '../../../db/db.ts'
import { backup } from './backup.ts'
import { openRetentionRoom, type RetentionRoom } from './retention-room.ts'

/** Evaluations that came before the contacts of these references. */
const wait = async ({ inTenant, tenantId, now }: RetentionRoom, ...references: string[]) => {
  const rows = references.map(reference => ({
    tenantId,
    reference: `of ${reference}`,
    contactReference: reference,
    evaluatedAt: now,
  }))
  await inTenant(tx => tx.insert(tables.evaluations).values(rows))
}

const waiting = async ({ inTenant, tenantId }: RetentionRoom): Promise<string[]> =>
  (await inTenant(tx => waitingEvaluations(tx, tenantId, 10))).map(one => one.evaluationReference)

const erase = async (room: RetentionRoom, ...contactIds: string[]) => {
  const wish = { contactIds, reason: 'asked for', by: 'administrator', now: room.now }
  const { number } = await room.inTenant(tx => eraseContacts(tx, room, room.tenantId, wish))
  await room.record.settle(number, 'done')
}

test('an evaluation that still waits for a contact goes with it, and no other', async () => {
  const room = await openRetentionRoom()
  const id = await room.addContact('erased')
  await room.addContact('stays')
  // The contacts were imported a moment ago: nobody has linked these yet.
  await wait(room, 'erased', 'stays', 'to come')
  await erase(room, id)
  expect(await waiting(room)).toEqual(['of stays', 'of to come'])
  await linkWaitingEvaluations(room.database, room.tenantId)
  expect(await waiting(room)).toEqual(['of to come'])
})

test('after a restore no evaluation waits for a contact that came and went since the backup', async () => {
  const room = await openRetentionRoom()
  await wait(room, 'came and went', 'to come')
  const restore = await backup(room)
  const id = await room.addContact('came and went')
  await linkWaitingEvaluations(room.database, room.tenantId)
  await erase(room, id)
  expect(await waiting(room)).toEqual(['of to come'])
  await restore()
  expect(await waiting(room)).toEqual(['of came and went', 'of to come'])
  await room.reapply()
  expect(await waiting(room)).toEqual(['of to come'])
})
