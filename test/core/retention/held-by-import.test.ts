import { expect, test } from 'vitest'
import { beginNights } from '../../../core/retention/nights.ts'
import { sweep } from '../../../core/retention/sweep.ts'
import { tables } from '../../../db/db.ts'
import { openRetentionRoom, type RetentionRoom } from './retention-room.ts'

/**
 * An import's merge meets a row and leaves it as it is, which locks it until the import commits. Answers how to commit.
 */
async function importMeets({ superuser }: RetentionRoom, contactId: string): Promise<() => Promise<void>> {
  const locked = Promise.withResolvers<void>()
  const committing = Promise.withResolvers<void>()
  const importing = superuser.begin(async tx => {
    await tx`
      insert into contacts as c (tenant_id, reference, occurred_at, occurred_at_text, agent_key, agent_match, metadata, digest, import_id, row_number, file_mark)
      select tenant_id, reference, occurred_at, occurred_at_text, agent_key, agent_match, metadata, digest, import_id, row_number, file_mark
        from contacts where id = ${contactId}
          on conflict (tenant_id, reference) do update set row_number = 2 where c.digest <> excluded.digest`
    locked.resolve()
    await committing.promise
  })
  await locked.promise
  return async () => {
    committing.resolve()
    await importing
  }
}

const runs = ({ inTenant }: RetentionRoom) =>
  inTenant(tx => tx.select().from(tables.retentionRuns).orderBy(tables.retentionRuns.id))

test('a run does not end while an import holds an overdue contact; it goes on, and takes it once it is let go', async () => {
  const room = await openRetentionRoom()
  await room.setRule({ deleteAfterDays: 30 })
  const id = await room.addContact('sent every night', { daysAgo: 40 })
  await room.addContact('free', { daysAgo: 40 })
  const commit = await importMeets(room, id)
  const open = await room.sweep()
  expect(open).toMatchObject({ finishedAt: null, certificateId: null, contactsDeleted: 1 })
  await commit()
  await beginNights(room.database, room.now)
  expect(
    await room.superuser`
    select payload ->> 'runId' as run from graphile_worker._private_jobs where payload ->> 'tenantId' = ${room.tenantId}`,
    'queued again',
  ).toEqual([{ run: open.id }])
  expect(await room.sweep()).toMatchObject({ id: open.id, finishedAt: room.now, contactsDeleted: 2 })
  expect(await room.references()).toEqual([])
})

test('what the rule leaves alone by now does not keep a run from its end', async () => {
  const room = await openRetentionRoom()
  await room.setRule({ deleteAfterDays: 30 })
  const id = await room.addContact('old', { daysAgo: 40 })
  const commit = await importMeets(room, id)
  const { id: runId } = await room.sweep()
  await commit()
  await room.setRule({ enabled: false }, new Date(+room.now + 1_000))
  expect(await room.sweep()).toMatchObject({ id: runId, finishedAt: room.now, contactsDeleted: 0 })
  expect(await room.references()).toEqual(['old'])
})

test('a contact that is held without an end does not cost the tenant its next night', async () => {
  const room = await openRetentionRoom()
  await room.setRule({ deleteAfterDays: 30 }, new Date('2026-01-01T00:00:00Z'))
  const id = await room.addContact('old', { daysAgo: 40 })
  const commit = await importMeets(room, id)
  await beginNights(room.database, room.now)
  const [night] = await runs(room)
  const work = () => sweep(room.ports, room.tenantId, night?.id ?? '', new AbortController().signal)
  room.later(0.8)
  await work()
  expect(await runs(room)).toMatchObject([{ finishedAt: null }])
  room.later(0.1)
  await work()
  await commit()
  room.later(0.1)
  await beginNights(room.database, room.now)
  expect(await runs(room)).toMatchObject([
    { finishedAt: new Date('2026-06-16T09:36:00Z'), contactsDeleted: 0 },
    { finishedAt: null },
  ])
  await room.sweep()
  expect(await room.references()).toEqual([])
})
