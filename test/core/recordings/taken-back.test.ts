import { eq } from 'drizzle-orm'
import { expect, test } from 'vitest'
import { undoImport } from '../../../core/imports/undo/undo-import.ts'
import { tables } from '../../../db/db.ts'
import { openRecordingRoom } from './recording-room.ts'

const { imports } = tables

async function openRoom() {
  const room = await openRecordingRoom()
  await room.tree.makeFolder('/rec')
  return Object.assign(room, {
    async undoLast() {
      const all = await room.inTenant(tx =>
        tx.select().from(imports).where(eq(imports.status, 'COMPLETED')).orderBy(imports.ordinal),
      )
      const id = all.at(-1)?.id ?? ''
      const undone = await room.inTenant(tx => undoImport(tx, room.tenantId, id, new Date()))
      await room.link()
      return undone.counts
    },
    async linked() {
      return (await room.recordings()).map(({ path, linked, linkedAt }) => [path, linked, linkedAt !== null])
    },
  })
}

test('a contact that is removed lets go of its recording, which stays, and is linked when the contact comes again', async () => {
  await using room = await openRoom()
  await room.send('/rec/a.wav')
  await room.send('/rec/both.wav')
  await room.import({ ref: 'A', audio: 'both.wav' })
  await room.import({ ref: 'B', audio: 'a.wav' }, { ref: 'C', audio: 'both.wav' })
  await room.work()
  await room.link()
  expect(await room.linked()).toEqual([
    ['/rec/a.wav', true, true],
    ['/rec/both.wav', true, true],
  ])
  expect(await room.undoLast()).toEqual({ removed: 2, restored: 0, kept: 0 })
  expect(await room.linked(), 'one is nobody’s, the other still somebody’s').toEqual([
    ['/rec/a.wav', false, false],
    ['/rec/both.wav', true, true],
  ])
  await room.import({ ref: 'B', audio: 'a.wav' })
  await room.link()
  expect(await room.linked()).toEqual([
    ['/rec/a.wav', true, true],
    ['/rec/both.wav', true, true],
  ])
})

test('a contact that goes back has the recordings of the names that it goes back to', async () => {
  await using room = await openRoom()
  await room.send('/rec/a.wav')
  await room.send('/rec/b.wav')
  await room.import({ ref: 'A', audio: 'a.wav' }, { ref: 'N' }, { ref: 'S', audio: 'b.wav', screen: '' })
  await room.work()
  await room.link()
  const before = await room.links('A', 'N', 'S')
  await room.import({ ref: 'A', audio: 'b.wav' }, { ref: 'N', audio: 'b.wav' }, { ref: 'S' })
  await room.link()
  expect(await room.links('A', 'N', 'S')).not.toEqual(before)
  expect(await room.undoLast()).toEqual({ removed: 0, restored: 3, kept: 0 })
  expect(await room.links('A', 'N', 'S')).toEqual(before)
})

test('a recording that arrived after the import it is taken back from is found by what a contact goes back to', async () => {
  await using room = await openRoom()
  await room.import({ ref: 'A', audio: 'late.wav' })
  await room.import({ ref: 'A', audio: 'other.wav' })
  await room.link()
  await room.send('/rec/late.wav')
  await room.work()
  expect((await room.contact('A')).recordingState).toBe('MISSING')
  await room.undoLast()
  expect((await room.contact('A')).recordingState).toBe('LINKED')
})
