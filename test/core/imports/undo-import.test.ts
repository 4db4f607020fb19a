import { eq } from 'drizzle-orm'
import { expect, test } from 'vitest'
import { recordEvaluation } from '../../../core/evaluations/record-evaluations.ts'
import { withdrawEvaluation } from '../../../core/evaluations/withdraw-evaluation.ts'
import { tables } from '../../../db/db.ts'
import { HEADER, row, rows, smallTemplate } from '../../support/contact-files.ts'
import { setContact } from './import-room.ts'
import { openUndoRoom, refused, standing } from './undo-room.ts'

test('an import that is taken back leaves no contact that it created, and what it changed as it was before', async () => {
  await using room = await openUndoRoom()
  const first = await room.sent('/a.csv', row('A', 'x', 'one') + row('B', 'x', 'one'))
  const before = await standing(room)
  const second = await room.sent('/b.csv', row('A', 'y', 'two', 90) + row('B', 'x', 'one') + row('C'))
  expect(await room.undo(second)).toEqual({ removed: 1, restored: 1, kept: 0 })
  expect(await standing(room)).toEqual(before)
  expect(await room.import(second)).toMatchObject({ status: 'UNDONE', created: 1, updated: 1, unchanged: 1 })
  expect(await room.undo(first)).toEqual({ removed: 2, restored: 0, kept: 0 })
  expect(await standing(room)).toEqual([])
  expect(await room.preImages()).toBe(0)
})

test('a contact that a later import changed is kept, and goes back to the import before both when that one is undone', async () => {
  await using room = await openUndoRoom()
  const [a, b, c] = [
    await room.sent('/a.csv', row('A', 'x', 'one') + row('N', 'x', 'one')),
    await room.sent('/b.csv', row('A', 'x', 'two') + row('M', 'x', 'two')),
    await room.sent('/c.csv', row('A', 'x', 'three') + row('M', 'x', 'three') + row('N', 'x', 'three')),
  ]
  expect(await room.undo(b ?? '')).toEqual({ removed: 0, restored: 0, kept: 2 })
  expect((await standing(room)).map(each => each.queue)).toEqual(['three', 'three', 'three'])
  expect(await room.undo(c ?? '')).toEqual({ removed: 1, restored: 2, kept: 0 })
  expect((await standing(room)).map(each => [each.reference, each.queue])).toEqual([
    ['A', 'one'],
    ['N', 'one'],
  ])
  expect(await room.undo(a ?? '')).toEqual({ removed: 2, restored: 0, kept: 0 })
})

test('a row that its own file changed again, in this chunk or a later one, goes back to what it was before the file', async () => {
  await using room = await openUndoRoom()
  await room.sent('/a.csv', row('A', 'x', 'before'))
  const before = await standing(room)
  const filler = rows(0, 60_000)
  const body =
    row('A', 'x', 'once') + row('Z', 'x', 'once') + filler + row('A', 'x', 'twice') + row('Z', 'x', 'twice')
  const second = await room.sent('/b.csv', body)
  expect((await standing(room)).filter(({ queue }) => queue === 'twice')).toHaveLength(2)
  expect(await room.undo(second)).toEqual({ removed: 60_001, restored: 1, kept: 0 })
  expect(await standing(room)).toEqual(before)
})

test('evaluated contacts are left alone by undo, and so are those on hold and those whose evaluation waits to be linked', async () => {
  await using room = await openUndoRoom()
  await room.sent('/a.csv', row('A', 'x', 'one') + row('B', 'x', 'one'))
  const body = ['A', 'B', 'C', 'D', 'E', 'F'].map(reference => row(reference, 'x', 'two')).join('')
  const id = await room.sent('/b.csv', body)
  await room.evaluate('A')
  await room.evaluate('C')
  await setContact(room, 'D', { holdCount: 1 })
  const waits = { contactReference: 'E', evaluatedAt: room.now, recordedAt: room.now, reference: 'w' }
  await room.inTenant(tx => tx.insert(tables.evaluations).values({ tenantId: room.tenantId, ...waits }))
  const versions = await room.rowVersions()
  expect(await room.undo(id)).toEqual({ removed: 1, restored: 1, kept: 4 })
  expect((await standing(room)).map(({ reference, queue }) => `${reference} ${queue}`)).toEqual([
    'A two',
    'B one',
    'C two',
    'D two',
    'E two',
  ])
  const kept = (all: string[]) => all.filter(each => /^[AC]/.test(each))
  expect(kept(await room.rowVersions())).toEqual(kept(versions))
})

test('what an undone import left to an evaluated contact is nothing to go back to later', async () => {
  await using room = await openUndoRoom()
  const [a, b] = [
    await room.sent('/a.csv', row('A', 'x', 'one')),
    await room.sent('/b.csv', row('A', 'x', 'two') + row('B', 'x', 'two')),
  ]
  await room.evaluate('A')
  await room.evaluate('B')
  expect(await room.undo(b)).toEqual({ removed: 0, restored: 0, kept: 2 })
  for (const reference of ['A', 'B'])
    await room.inTenant(tx => withdrawEvaluation(tx, room.now, room.tenantId, `of ${reference}`))
  const c = await room.sent('/c.csv', row('A', 'x', 'three') + row('B', 'x', 'three'))
  expect(await room.undo(c)).toEqual({ removed: 1, restored: 1, kept: 0 })
  expect((await standing(room)).map(({ reference, queue }) => `${reference} ${queue}`)).toEqual(['A one'])
  expect(await room.undo(a)).toEqual({ removed: 1, restored: 0, kept: 0 })
  expect(await room.preImages()).toBe(0)
})

test('what was removed leaves no tombstone: it may be sent or imported again', async () => {
  await using room = await openUndoRoom()
  const first = await room.sent('/a.csv', row('A') + row('B'))
  await room.undo(first)
  const again = await room.again(first)
  await room.run()
  expect(await room.import(again)).toMatchObject({ status: 'COMPLETED', created: 2, rejected: 0 })
  expect(await room.undo(again)).toEqual({ removed: 2, restored: 0, kept: 0 })
})

test('asked again, the answer is the same and nothing is changed', async () => {
  await using room = await openUndoRoom()
  const first = await room.sent('/a.csv', row('A'))
  const told = await room.undo(first)
  await room.sent('/b.csv', row('A'))
  expect(await room.undo(first)).toEqual(told)
  expect(await standing(room)).toHaveLength(1)
})

test('an import that did not complete, ran dry, or whose pre-images are gone is not taken back, and the words say why', async () => {
  await using room = await openUndoRoom()
  const refusedFile = await room.sent('/a.csv', 'A,diane,never,sales,1\n')
  expect(await refused(room.undo(refusedFile))).toMatch(/^CONFLICT The file was refused/)
  const waiting = await room.upload('/b.csv', HEADER + row('A'))
  expect(await refused(room.undo(waiting))).toMatch(/^CONFLICT This import has not run yet/)
  await room.run()
  await room.set(waiting, { purgedAt: room.now })
  expect(await refused(room.undo(waiting))).toMatch(/^CONFLICT .* deleted with it/)
  await room.set(waiting, { purgedAt: null, preImages: false })
  expect(await refused(room.undo(waiting))).toMatch(/^CONFLICT This import ran before/)
  expect(await standing(room)).toHaveLength(1)
  await using other = await openUndoRoom()
  expect(await refused(other.undo(waiting))).toBe('NOT_FOUND This import does not exist.')
})

test('while another import runs it is a conflict, and while one is taken back none begins', async () => {
  await using room = await openUndoRoom()
  const first = await room.sent('/a.csv', row('A'))
  const second = await room.upload('/b.csv', HEADER + row('B'))
  await room.set(second, { status: 'RUNNING' })
  expect(await refused(room.undo(first))).toMatch(/^CONFLICT Another import of this tenant runs/)
  await room.set(second, { status: 'QUEUED' })
  await room.whileUndoing(first, async () => {
    await room.run()
    expect(await room.import(second)).toMatchObject({ status: 'QUEUED' })
  })
  await room.run()
  expect(await room.import(second)).toMatchObject({ status: 'COMPLETED' })
})

test('the file mark goes back as well: an older file writes what the undone newer one had', async () => {
  await using room = await openUndoRoom()
  const old = await room.upload('/old.csv', HEADER + row('A', 'x', 'old'))
  await room.set(old, { status: 'FAILED', setAsideAt: room.now })
  const first = await room.sent('/first.csv', row('Z'))
  const newer = await room.sent('/new.csv', row('A', 'x', 'new'))
  await room.undo(newer)
  await room.sent('/newest.csv', row('B', 'x', 'newest'))
  const again = await room.again(old)
  await room.run()
  expect(await room.import(again)).toMatchObject({ created: 1 })
  expect((await standing(room)).map(({ queue }) => queue)).toEqual(['old', 'newest', 'sales'])
  expect(await room.undo(first)).toMatchObject({ removed: 1 })
})

test('an agent who was linked by what is taken back is unlinked, and the agent of before is linked', async () => {
  await using room = await openUndoRoom({ templates: [smallTemplate] })
  const [ann] = await room.addAgent('ann')
  await room.addAgent('joe')
  await room.sent('/a.csv', row('A', 'ann') + row('B', 'nobody'))
  const second = await room.sent('/b.csv', row('A', 'joe') + row('B', 'joe'))
  await room.undo(second)
  const agents = (await room.contacts()).map(each => [each.reference, each.agentKey, each.agentId])
  expect(agents).toEqual([
    ['A', 'ann', ann?.id],
    ['B', 'nobody', null],
  ])
  const [hashed] = await room.inTenant(tx =>
    tx
      .select({ hash: tables.contacts.referenceHash })
      .from(tables.contacts)
      .where(eq(tables.contacts.reference, 'A')),
  )
  expect(hashed?.hash).not.toBeNull()
})

test('an evaluation and an undo at once: either the contact is kept, or the evaluation waits', async () => {
  await using room = await openUndoRoom()
  for (let round = 0; round < 5; round++) {
    const id = await room.sent(`/${round}.csv`, row(`R${round}`))
    const wish = { contactReference: `R${round}`, evaluationReference: `e${round}` }
    const [told, evaluated] = await Promise.all([
      room.undo(id),
      room.inTenant(tx =>
        recordEvaluation(tx, { hashes: room.vault.hashes, now: room.now }, room.tenantId, wish),
      ),
    ])
    expect([told.kept, evaluated.status]).toEqual(told.kept === 1 ? [1, 'RECORDED'] : [0, 'WAITING'])
  }
})

test('each import of a group is taken back by itself: what another of them created, changed or left stands', async () => {
  await using room = await openUndoRoom()
  await room.sent('/before.csv', row('R3', 'x', 'before') + row('R5', 'x', 'before'))
  const bodies = Array.from({ length: 30 }, (_, file) => row(`R${file}`, 'x', 'night'))
  // R8 is created by one file and changed by the next two.
  bodies[9] = row('R8', 'x', 'again')
  bodies[10] = row('R8', 'x', 'last')
  const ids: string[] = []
  for (const [file, body] of bodies.entries())
    ids.push(await room.upload(`/night/f${file}.csv`, HEADER + body, false))
  await room.run()
  expect(new Set((await room.rowVersions()).map(version => version.split(' ')[1])).size).toBe(1)
  const undo = (file: number) => room.undo(ids[file] ?? '')
  const queues = async () =>
    Object.fromEntries((await standing(room)).map(({ reference, queue }) => [reference, queue]))
  expect(await undo(3)).toEqual({ removed: 0, restored: 1, kept: 0 })
  expect(await undo(7)).toEqual({ removed: 1, restored: 0, kept: 0 })
  expect(await undo(9)).toEqual({ removed: 0, restored: 0, kept: 1 })
  const after = await queues()
  expect(after).toMatchObject({ R3: 'before', R5: 'night', R6: 'night', R8: 'last' })
  expect(after).not.toHaveProperty('R7')
  expect(Object.keys(after)).toHaveLength(27)
  expect(await undo(10)).toEqual({ removed: 0, restored: 1, kept: 0 })
  expect(await queues()).toEqual({ ...after, R8: 'night' })
  expect(await undo(8)).toEqual({ removed: 1, restored: 0, kept: 0 })
  expect(await queues()).not.toHaveProperty('R8')
})
