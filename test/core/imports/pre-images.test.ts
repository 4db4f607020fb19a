import { expect, test } from 'vitest'
import { destroyContacts } from '../../../core/retention/destroy-contacts.ts'
import { purgeImports } from '../../../core/retention/purge-imports.ts'
import { purgeRawFiles } from '../../../core/retention/purge-raw-files.ts'
import { row } from '../../support/contact-files.ts'
import { openUndoRoom, refused, standing } from './undo-room.ts'

async function openRoom() {
  const room = await openUndoRoom()
  const { tenantId, inTenant } = room
  const hashes = await room.vault.hashes.of(tenantId)
  return Object.assign(room, {
    /** What a sweep does to raw files. */
    purge: () =>
      inTenant(tx =>
        purgeRawFiles(tx, {
          tenantId,
          hashes,
          before: new Date(Date.now() + 1_000),
          limit: 100,
          at: room.now,
        }),
      ),
  })
}

test('new contacts and repeated rows cost no pre-image, a changed one costs one', async () => {
  await using room = await openRoom()
  await room.sent('/a.csv', row('A', 'x', 'one') + row('B'))
  await room.sent('/b.csv', row('A', 'x', 'one') + row('B'))
  expect(await room.preImages()).toBe(0)
  await room.sent('/c.csv', row('A', 'x', 'two') + row('A', 'x', 'three') + row('B') + row('C'))
  expect(await room.preImages()).toBe(1)
})

test('pre-images go with the raw file, and the import cannot be taken back from then on', async () => {
  await using room = await openRoom()
  await room.sent('/a.csv', row('A', 'x', 'one'))
  const id = await room.sent('/b.csv', row('A', 'x', 'two') + row('B'))
  const before = await standing(room)
  expect(await room.preImages()).toBe(1)
  await room.purge()
  expect(await room.preImages()).toBe(0)
  expect(await refused(room.undo(id))).toMatch(/^CONFLICT What the contacts were before this import/)
  expect(await standing(room)).toEqual(before)
  expect(await refused(room.again(id))).toMatch(/^CONFLICT The bytes of this file are no longer kept/)
})

test('a later import still goes back to what one left whose pre-images are gone', async () => {
  await using room = await openRoom()
  await room.sent('/a.csv', row('A', 'x', 'one'))
  await room.sent('/b.csv', row('A', 'x', 'two'))
  await room.purge()
  const id = await room.sent('/c.csv', row('A', 'x', 'three') + row('B'))
  expect(await room.undo(id)).toEqual({ removed: 1, restored: 1, kept: 0 })
  expect((await standing(room)).map(({ queue }) => queue)).toEqual(['two'])
})

test('an import that was taken back is out of the chain: a later one goes back to before it, though its own pre-images are gone', async () => {
  await using room = await openRoom()
  await room.sent('/a.csv', row('A', 'x', 'one'))
  const second = await room.sent('/b.csv', row('A', 'x', 'two') + row('B', 'x', 'two'))
  const third = await room.sent('/c.csv', row('A', 'x', 'three') + row('B', 'x', 'three'))
  expect(await room.undo(second)).toEqual({ removed: 0, restored: 0, kept: 2 })
  await room.inTenant(tx => purgeImports(tx, room.tenantId, [second], room.now))
  expect(await room.undo(third)).toEqual({ removed: 1, restored: 1, kept: 0 })
  expect((await standing(room)).map(({ reference, queue }) => `${reference} ${queue}`)).toEqual(['A one'])
})

test('pre-images go with their contact, and nothing of it comes back by an undo', async () => {
  await using room = await openRoom()
  await room.sent('/a.csv', row('A', 'x', 'one') + row('B', 'x', 'one'))
  const id = await room.sent('/b.csv', row('A', 'x', 'two') + row('B', 'x', 'two'))
  const { tenantId, now } = room
  const hashes = await room.vault.hashes.of(tenantId)
  const [a] = await room.contacts()
  await room.inTenant(tx =>
    destroyContacts(tx, tenantId, hashes, [{ id: a?.id ?? '', hash: a?.referenceHash ?? '' }], now),
  )
  expect(await room.preImages()).toBe(1)
  expect(await room.undo(id)).toEqual({ removed: 0, restored: 1, kept: 0 })
  expect((await standing(room)).map(({ reference, queue }) => `${reference} ${queue}`)).toEqual(['B one'])
})

test('a file whose import was taken back is not remembered when it goes: it may be sent again', async () => {
  await using room = await openRoom()
  const id = await room.sent('/a.csv', row('A'))
  await room.undo(id)
  await room.purge()
  const hashes = await room.vault.hashes.of(room.tenantId)
  const remembered = await room.inTenant(tx => tx.execute(`select 1 from tombstones where kind = 'FILE'`))
  expect([hashes.key.length > 0, [...remembered]]).toEqual([true, []])
})
