import { sql } from 'drizzle-orm'
import { afterAll, expect, test } from 'vitest'
import { recordingKey } from '../../../core/recordings/recording-names.ts'
import { tables } from '../../../db/db.ts'
import { openRecordingRoom, type Row, type Visitor } from './recording-room.ts'

const room = await openRecordingRoom()
afterAll(() => room[Symbol.asyncDispose]())

/** As inspection leaves them: what is looked at here is how they find their contacts. */
const addRecordings = (at: Visitor, paths: readonly string[]) =>
  at.inTenant(async tx => {
    const { tenantId } = at
    for (let from = 0; from < paths.length; from += 2_000) {
      const share = paths.slice(from, from + 2_000)
      const files = await tx
        .insert(tables.uploadedFiles)
        .values(
          share.map(path => ({ tenantId, path, kind: 'RECORDING' as const, status: 'STORED' as const })),
        )
        .returning({ fileId: tables.uploadedFiles.id, path: tables.uploadedFiles.path })
      await tx.insert(tables.recordings).values(
        files.map(({ fileId, path }) => ({
          tenantId,
          fileId,
          path,
          matchKey: recordingKey(path),
          usable: true,
          inspectedAt: new Date(),
        })),
      )
    }
  })

/** On a machine that does other things as well. */
const SLOW = { timeout: 240_000 }

const range = (count: number) => Array.from({ length: count }, (_, n) => n)

/** How many contacts there are of each state, and links of each kind. */
const counts = (at: Visitor) =>
  at.inTenant(async tx => {
    const states = await tx.execute<{ state: string; count: number }>(
      sql`select recording_state as state, count(*)::int as count from contacts group by 1`,
    )
    const links = await tx.execute<{ kind: string; count: number }>(
      sql`select state || ' ' || how as kind, count(*)::int as count from recording_links group by 1`,
    )
    const due = await tx.$count(tables.recordings, sql`match_due`)
    return {
      states: Object.fromEntries(states.map(({ state, count }) => [state, count])),
      links: Object.fromEntries(links.map(({ kind, count }) => [kind, count])),
      due,
    }
  })

test('20,000 recordings and as many contacts, half of them before and half after', SLOW, async () => {
  const at = await room.anotherTenant()
  const rows: Row[] = range(20_000).map(n => ({ ref: `R${n}`, audio: `D:\\Rec\\call-${n}.wav` }))
  const paths = range(20_000).map(n => `/night/call-${n}.wav`)
  await addRecordings(at, paths.slice(0, 10_000))
  await at.work()
  await at.import(...rows)
  await at.link()
  await addRecordings(at, paths.slice(10_000))
  await at.work()
  expect(await counts(at)).toEqual({ states: { LINKED: 20_000 }, links: { 'LINKED NAME': 20_000 }, due: 0 })
})

test('a name that every folder has, told apart by the folder', SLOW, async () => {
  const at = await room.anotherTenant()
  await addRecordings(
    at,
    range(3_000).map(n => `/rec/${n}/audio.wav`),
  )
  await at.import(...range(3_000).map(n => ({ ref: `R${n}`, audio: `${n}\\audio.wav` })))
  await at.work()
  await at.link()
  expect(await counts(at)).toEqual({ states: { LINKED: 3_000 }, links: { 'LINKED PATH': 3_000 }, due: 0 })
})

test('a name that thousands of contacts have is walked through in pages, on either side', SLOW, async () => {
  const at = await room.anotherTenant()
  await at.import(
    ...range(3_000).map(n => ({ ref: `R${n}`, audio: 'music.wav', screen: n % 2 ? 'music' : '' })),
  )
  await at.link()
  await addRecordings(at, ['/music.wav'])
  await at.work()
  expect(await counts(at)).toEqual({
    states: { LINKED: 1_500, MISSING: 1_500 },
    links: { 'LINKED NAME': 3_000 },
    due: 0,
  })
  await addRecordings(at, ['/again/music.wav'])
  await at.work()
  expect(await counts(at)).toMatchObject({ states: { AMBIGUOUS: 3_000 }, links: { 'CANDIDATE NAME': 6_000 } })
})
