import { eq } from 'drizzle-orm'
import { expect, test } from 'vitest'
import { importAgain } from '../../../../core/imports/import-again.ts'
import { tables } from '../../../../db/db.ts'
import { fc } from '../../../support/properties.ts'
import { zipOf } from '../../../support/zip.ts'
import { NO_SOUND, openRecordingRoom, sound } from '../../recordings/recording-room.ts'

const { imports } = tables

type Room = Awaited<ReturnType<typeof openRecordingRoom>>

const ROWS = 'ref,agent,at,audio,screen\nA,diane,2026-03-01T10:00:00Z,a.wav,\n'

const night = (recording: Buffer | string, name = 'rec/a.wav') =>
  zipOf([
    { name: 'in/calls.csv', bytes: ROWS },
    { name, bytes: recording, method: 0 },
  ])

const work = async (room: Room) => {
  await room.runImports()
  await room.work()
  await room.link()
}

/** Answers the id of the archive's file, whose import was given up for a fault of ours. */
const sendSetAside = async (room: Room, bytes: Buffer): Promise<string> => {
  await room.send('/night.zip', bytes)
  const [file] = (await room.files()).filter(({ path }) => path === '/night.zip').slice(-1)
  await room.inTenant(tx =>
    tx
      .update(imports)
      .set({ status: 'FAILED', failures: 8, setAsideAt: new Date() })
      .where(eq(imports.fileId, file?.id ?? '')),
  )
  return file?.id ?? ''
}

/** Of a path's versions, in the order they came to be on record. */
const versions = async (room: Room, of = '/night.zip/rec/a.wav') => {
  const rows = (await room.recordings()).filter(({ path }) => path === of)
  const files = await room.files()
  const place = (id: string | null) => (id === null ? null : rows.findIndex(row => row.id === id))
  return rows.map(({ fileId, successorId, replacedById }) => ({
    listed: files.find(({ id }) => id === fileId)?.listed,
    followedBy: place(successorId),
    replacedBy: place(replacedById),
  }))
}

/** The contact has the newer one, and keeps the older with it. */
const bothVersions =
  'A LINKED: /night.zip/rec/a.wav LINKED AUDIO NAME, /night.zip/rec/a.wav LINKED AUDIO NAME (replaced)'

const listed = async (room: Room, of: string) =>
  (await room.files()).filter(({ path }) => path === of).map(file => file.listed)

test('an older archive that is unpacked after a newer one of its name adds older versions of its entries', async () => {
  await using room = await openRecordingRoom()
  const first = await sendSetAside(room, night(sound(1)))
  await room.send('/night.zip', night(sound(2)))
  await work(room)
  await room.inTenant(tx => importAgain(tx, room.tenantId, { fileId: first }))
  await work(room)
  expect(await versions(room)).toEqual([
    { listed: true, followedBy: null, replacedBy: null },
    { listed: false, followedBy: 0, replacedBy: 0 },
  ])
  expect(await listed(room, '/night.zip/in/calls.csv')).toEqual([true, false])
  expect(await room.links()).toEqual([bothVersions])
})

test('of three archives, the one in the middle that is unpacked last comes between the two', async () => {
  await using room = await openRecordingRoom()
  await room.send('/night.zip', night(sound(1)))
  await work(room)
  const second = await sendSetAside(room, night(sound(2)))
  // A damaged version replaces none: what it leaves to the one before it is the middle's.
  await room.send('/night.zip', night(NO_SOUND))
  await work(room)
  await room.inTenant(tx => importAgain(tx, room.tenantId, { fileId: second }))
  await work(room)
  expect(await versions(room)).toEqual([
    { listed: false, followedBy: 2, replacedBy: 2 },
    { listed: true, followedBy: null, replacedBy: null },
    { listed: false, followedBy: 1, replacedBy: null },
  ])
  expect(await room.links()).toEqual([bothVersions])
})

test('what was sent under the name of an entry while its archive waited is newer than the entry', async () => {
  await using room = await openRecordingRoom()
  await room.send('/night.zip', night(sound(1)))
  await room.tree.remove('/night.zip')
  await room.tree.makeFolder('/night.zip')
  await room.tree.makeFolder('/night.zip/rec')
  await room.tree.makeFolder('/night.zip/in')
  await room.send('/night.zip/in/calls.csv', ROWS)
  await room.send('/night.zip/rec/a.wav', sound(2))
  await work(room)
  expect(await versions(room)).toEqual([
    { listed: true, followedBy: null, replacedBy: null },
    { listed: false, followedBy: 0, replacedBy: 0 },
  ])
  expect(await listed(room, '/night.zip/in/calls.csv')).toEqual([true, false])
})

test('an entry whose newer version was taken off the listing does not come back', async () => {
  await using room = await openRecordingRoom()
  const first = await sendSetAside(room, night(sound(1)))
  await room.send('/night.zip', night(sound(2)))
  await work(room)
  await room.tree.remove('/night.zip/rec/a.wav')
  await room.inTenant(tx => importAgain(tx, room.tenantId, { fileId: first }))
  await work(room)
  expect((await versions(room)).map(({ listed: is, replacedBy }) => [is, replacedBy])).toEqual([
    [false, null],
    [false, 0],
  ])
})

test('entries are as old as their archive, however late it is unpacked: they are deleted no later than it', async () => {
  await using room = await openRecordingRoom()
  const archive = await sendSetAside(room, night(sound(1)))
  const { uploadedFiles } = tables
  const storedAt = new Date(Date.now() - 13 * 86_400_000)
  await room.inTenant(tx => tx.update(uploadedFiles).set({ storedAt }).where(eq(uploadedFiles.id, archive)))
  await room.inTenant(tx => importAgain(tx, room.tenantId, { fileId: archive }))
  await room.runImports()
  const stored = (await room.files()).map(file => [file.path, file.storedAt])
  expect(stored).toEqual([
    ['/night.zip', storedAt],
    ['/night.zip/in/calls.csv', storedAt],
    ['/night.zip/rec/a.wav', storedAt],
  ])
})

test('in whatever order archives of one name are unpacked, their entries follow each other as they came', async () => {
  await using room = await openRecordingRoom()
  let cases = 0
  const version = fc.record({ sound: fc.boolean(), order: fc.nat(), worked: fc.boolean() })
  await fc.assert(
    fc.asyncProperty(fc.array(version, { minLength: 3, maxLength: 4 }), async arriving => {
      const path = `rec/${++cases}.wav`
      const came: ((typeof arriving)[number] & { file: string })[] = []
      for (const [at, each] of arriving.entries()) {
        const bytes = night(each.sound ? sound(at + 1) : NO_SOUND, path)
        came.push({ ...each, file: await sendSetAside(room, bytes) })
      }
      for (const { file, worked } of came.toSorted((one, other) => one.order - other.order)) {
        await room.inTenant(tx => importAgain(tx, room.tenantId, { fileId: file }))
        await room.runImports()
        if (worked) await room.work()
      }
      await room.work()
      const started = new Map((await room.files()).map(({ id, startedAt }) => [id, startedAt.getTime()]))
      const rows = (await room.recordings()).filter(row => row.path === `/night.zip/${path}`)
      const sorted = rows.toSorted(
        (one, other) => (started.get(one.fileId) ?? 0) - (started.get(other.fileId) ?? 0),
      )
      const listedFile = (await room.files()).find(file => file.listed && file.path === `/night.zip/${path}`)
      expect(listedFile?.id).toBe(sorted.at(-1)?.fileId)
      expect(sorted.map(({ successorId }) => successorId)).toEqual([
        ...sorted.slice(1).map(({ id }) => id),
        null,
      ])
      const lastSound = came.findLastIndex(each => each.sound)
      expect(sorted.map(({ replacedById }) => replacedById)).toEqual(
        sorted.map((_, at) => (at < lastSound ? sorted[lastSound]?.id : null)),
      )
    }),
    { numRuns: 8, endOnFailure: true },
  )
})
