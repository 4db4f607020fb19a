import { expect, test } from 'vitest'
import { HEADER, row } from '../../support/contact-files.ts'
import { openImportRoom, setContact } from './import-room.ts'

const queues = ['a', 'b', 'c']
/** What a contact holds, and up to three rows of its reference. */
const chains = [undefined, ...queues].flatMap(before =>
  queues.flatMap(first =>
    queues.flatMap(second => [undefined, ...queues].map(third => ({ before, rows: [first, second, third] }))),
  ),
)

const referenceOf = (at: number) => `R${at}`
const linesOf = ({ rows }: (typeof chains)[number], at: number) =>
  rows.map(queue => (queue === undefined ? '' : row(referenceOf(at), 'diane', queue))).join('')

/** Each row against the one before it. */
function sentAgain({ before, rows }: (typeof chains)[number]) {
  const counts = { created: 0, updated: 0, unchanged: 0 }
  let was = before
  for (const queue of rows) {
    if (queue === undefined) continue
    counts[was === undefined ? 'created' : was === queue ? 'unchanged' : 'updated'] += 1
    was = queue
  }
  return counts
}

const summed = () =>
  chains.map(sentAgain).reduce((all, one) => ({
    created: all.created + one.created,
    updated: all.updated + one.updated,
    unchanged: all.unchanged + one.unchanged,
  }))

const held = () =>
  HEADER +
  chains.map(({ before }, at) => (before === undefined ? '' : row(referenceOf(at), 'diane', before))).join('')

test('whatever a reference’s rows make of each other and of its contact, each counts as if sent again', async () => {
  await using room = await openImportRoom()
  await room.upload('/before.csv', held())
  const id = await room.upload('/again.csv', HEADER + chains.map(linesOf).join(''))
  await room.run()
  expect(await room.import(id)).toMatchObject(summed())
})

test('the same in files so small that they are merged together', async () => {
  await using room = await openImportRoom()
  await room.upload('/before.csv', held())
  await room.run()
  const ids: string[] = []
  for (const [at, chain] of chains.entries())
    ids.push(await room.upload(`/f${at}.csv`, HEADER + linesOf(chain, at), false))
  await room.run()
  const ended = await Promise.all(ids.map(id => room.import(id)))
  expect(ended.map(({ created, updated, unchanged }) => ({ created, updated, unchanged }))).toEqual(
    chains.map(sentAgain),
  )
})

test('of contacts that are left alone, every row counts as unchanged', async () => {
  await using room = await openImportRoom()
  await room.upload('/before.csv', HEADER + row('A') + row('B'))
  await room.run()
  await setContact(room, 'A', { evaluatedAt: new Date() })
  await setContact(room, 'B', { holdCount: 1 })
  const rows = ['A', 'B'].flatMap(reference => ['one', 'two', 'one'].map(queue => row(reference, 'x', queue)))
  const id = await room.upload('/again.csv', HEADER + rows.join(''))
  await room.run()
  expect(await room.import(id)).toMatchObject({ rowsRead: 6, created: 0, updated: 0, unchanged: 6 })
})
