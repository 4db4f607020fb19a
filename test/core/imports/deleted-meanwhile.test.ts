import { setTimeout as sleep } from 'node:timers/promises'
import { sql } from 'drizzle-orm'
import { expect, test } from 'vitest'
import { HEADER, row, rows, smallTemplate } from '../../support/contact-files.ts'
import { deleteContacts } from '../../support/sweep.ts'
import { type ImportRoom, openImportRoom } from './import-room.ts'

/** A sweep whose deletions are done and not committed: resolves with how it is let go. */
async function sweepAndWait(room: ImportRoom, references: string[]) {
  const { promise: released, resolve: release } = Promise.withResolvers<void>()
  const { promise: deleted, resolve: done } = Promise.withResolvers<void>()
  const swept = room.inTenant(async tx => {
    await deleteContacts(tx, room, references)
    done()
    await released
  })
  await deleted
  return () => {
    release()
    return swept
  }
}

/** The import has looked what is buried, and its merge waits for a row. */
async function untilMergeWaits({ database }: ImportRoom) {
  for (;;) {
    const [waits] = await database.plain`
      select 1 from pg_stat_activity
       where datname = current_database() and application_name like 'nightdrop-import %' and wait_event_type = 'Lock'`
    if (waits) return
    await sleep(10)
  }
}

test.each([
  ['UPDATE', 0],
  ['UPDATE', 200],
  ['SKIP', 0],
  ['SKIP', 200],
] as const)(
  'what a sweep commits while the merge runs is taken back and counted as rejected, under %s, among %i other rows',
  async (existingContact, others) => {
    await using room = await openImportRoom({ templates: [{ ...smallTemplate, existingContact }] })
    await room.addAgent('diane')
    await room.upload('/a.csv', HEADER + row('A') + row('B') + row('C'))
    await room.run()
    const commit = await sweepAndWait(room, ['B'])
    room.later(60)
    const body =
      HEADER + row('A', 'diane', 'new') + row('B', 'x') + row('B', 'nobody') + row('D') + rows(0, others)
    const id = await room.upload('/b.csv', body)
    const running = room.run()
    await untilMergeWaits(room)
    await commit()
    await running
    const changed = existingContact === 'SKIP' ? { updated: 0, unchanged: 1 } : { updated: 1, unchanged: 0 }
    const counts = { rowsRead: 4 + others, created: 1 + others, rejected: 2, unlinkedAgents: 0, ...changed }
    expect(await room.import(id)).toMatchObject({ status: 'COMPLETED', ...counts })
    expect((await room.contacts()).map(each => each.reference).slice(0, 3)).toEqual(['A', 'C', 'D'])
    expect((await room.rejections(id)).map(each => [each.row, each.code])).toEqual([
      [2, 'DELETED_BEFORE'],
      [3, 'DELETED_BEFORE'],
    ])
    const [tombstone] = await room.inTenant(tx =>
      tx.execute<{ at: Date }>(sql`select seen_at as at from tombstones`),
    )
    expect(new Date(tombstone?.at ?? 0)).toEqual(room.now)
  },
)

test('a sweep that is rolled back takes nothing back', async () => {
  await using room = await openImportRoom()
  await room.upload('/a.csv', HEADER + row('A'))
  await room.run()
  const { promise: released, reject: rollBack } = Promise.withResolvers<void>()
  const { promise: deleted, resolve: done } = Promise.withResolvers<void>()
  const swept = room
    .inTenant(async tx => {
      await deleteContacts(tx, room, ['A'])
      done()
      await released
    })
    .catch(() => 'rolled back')
  await deleted
  const id = await room.upload('/b.csv', HEADER + row('A', 'x', 'new'))
  const running = room.run()
  await untilMergeWaits(room)
  rollBack(new Error('the sweep stops'))
  expect(await swept).toBe('rolled back')
  await running
  expect(await room.import(id)).toMatchObject({ created: 0, updated: 1, rejected: 0 })
})

test('whatever is swept while a file runs, nothing that was deleted is there at its end, and the counts add up', async () => {
  await using room = await openImportRoom()
  const count = 30_000
  await room.upload('/a.csv', HEADER + rows(0, count))
  await room.run()
  const id = await room.upload('/b.csv', HEADER + rows(0, count, 'support') + rows(0, 5_000, 'sales'))
  const over = new AbortController()
  const running = room.run().finally(() => over.abort())
  let swept = 0
  while (!over.signal.aborted) {
    await room.inTenant(async tx => {
      const free = await tx.execute<{ reference: string }>(sql`
        select reference from contacts where tenant_id = ${room.tenantId} and queue = 'sales'
         order by reference desc limit 300 for update skip locked`)
      const references = free.map(each => each.reference)
      if (references.length > 0) await deleteContacts(tx, room, references)
      swept += references.length
    })
  }
  await running
  const done = await room.import(id)
  expect(done).toMatchObject({ status: 'COMPLETED', rowsRead: 35_000, created: 0 })
  const left = (await room.contacts()).map(each => each.reference)
  expect(left.length).toBe(count - swept)
  const hashes = await room.vault.hashes.of(room.tenantId)
  const buried = await room.inTenant(tx => tx.execute<{ hash: string }>(sql`select hash from tombstones`))
  const gone = new Set(buried.map(each => each.hash))
  expect(left.filter(reference => gone.has(hashes.reference(reference)))).toEqual([])
  expect(swept, 'the test has to sweep something meanwhile').toBeGreaterThan(0)
  expect(done.rejected).toBeGreaterThan(0)
})
