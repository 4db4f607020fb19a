import { afterAll, expect, test } from 'vitest'
import { linkByHand, unlinkByHand } from '../../../core/recordings/link-by-hand.ts'
import { Refusal } from '../../../core/refusal.ts'
import { fc } from '../../support/properties.ts'
import { NO_SOUND, openRecordingRoom, type Row, sound, type Visitor } from './recording-room.ts'
import { tinyScreen } from './tiny-screen.ts'

const room = await openRecordingRoom()
afterAll(() => room[Symbol.asyncDispose]())

/** What senders do, in an order of their own: files with files, imports with imports. */
type FileDeed =
  | { kind: 'send'; path: string; what: 'sound' | 'screen' | 'note' }
  | { kind: 'rename'; path: string; to: string }
  | { kind: 'remove'; path: string }
/** What a person says once everything that came before is settled. */
interface Word {
  kind: 'link' | 'unlink'
  ref: string
  path: string
}
/** Of the deeds and the words between two settlements, and in which order they come. */
interface Act {
  files: FileDeed[]
  imports: Row[][]
  words: Word[]
  /** Two orders in which all of it may come. */
  orders: [Turn[], Turn[]]
}
/** Which of them comes next, or which job runs. */
type Turn = 'file' | 'import' | 'work' | 'link' | 'both'

const paths = ['/x/a.wav', '/y/a.wav', '/a.mp4', '/x/b.wav', '/B.WEBM', '/y/a.mp3']
const names = ['a.wav', 'x\\a.wav', 'D:\\Rec\\y\\a.wav', 'A', 'a.mp4', 'b', 'B.webm', '/y/a.mp3', '']

const path = fc.constantFrom(...paths)
const fileDeed: fc.Arbitrary<FileDeed> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('send' as const),
      path,
      what: fc.constantFrom('sound' as const, 'sound' as const, 'screen' as const, 'note' as const),
    }),
  },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('rename' as const), path, to: path }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('remove' as const), path }) },
)
const contact = fc.record({
  ref: fc.constantFrom('C1', 'C2', 'C3'),
  audio: fc.constantFrom(...names),
  screen: fc.constantFrom(...names),
})
const anImport = fc.array(contact, { minLength: 1, maxLength: 3 })
const word: fc.Arbitrary<Word> = fc.record({
  kind: fc.constantFrom('link' as const, 'unlink' as const),
  ref: fc.constantFrom('C1', 'C2', 'C3'),
  path,
})
const turns = fc.array(fc.constantFrom<Turn>('file', 'import', 'work', 'link', 'both'), { maxLength: 14 })
const act: fc.Arbitrary<Act> = fc.record({
  files: fc.array(fileDeed, { minLength: 2, maxLength: 6 }),
  imports: fc.array(anImport, { minLength: 1, maxLength: 2 }),
  words: fc.array(word, { maxLength: 3 }),
  orders: fc.tuple(turns, turns),
})

const contents = { sound: sound(1), screen: tinyScreen, note: NO_SOUND }

/** A refusal is an answer like any other: the tree is the same in both orders, and so is what it refuses. */
const orRefused = (deed: Promise<unknown>) =>
  deed.catch((error: unknown) => {
    if (!(error instanceof Refusal)) throw error
  })

const doDeed = (at: Visitor, deed: FileDeed): Promise<unknown> => {
  if (deed.kind === 'send') return at.send(deed.path, contents[deed.what])
  return orRefused(
    deed.kind === 'remove' ? at.tree.remove(deed.path) : at.tree.rename(deed.path, deed.to, true),
  )
}

const say = async (at: Visitor, { kind, ref, path: called }: Word): Promise<void> => {
  const recording = (await at.recordings()).findLast(one => one.path === called && one.replacedById === null)
  const known = await at.contact(ref).catch(() => undefined)
  if (!recording || !known) return
  const decide = kind === 'link' ? linkByHand : unlinkByHand
  const wish = { recordingId: recording.id, contactId: known.id, by: 'ann' }
  await orRefused(at.inTenant(tx => decide(tx, at.tenantId, wish)))
}

async function play(at: Visitor, acts: readonly Act[], order: 0 | 1): Promise<void> {
  for (const { files, imports, words, orders } of acts) {
    const [waitingFiles, waitingImports] = [[...files], [...imports]]
    const take: Record<Turn, () => Promise<unknown>> = {
      file: async () => {
        const deed = waitingFiles.shift()
        if (deed) await doDeed(at, deed)
      },
      import: async () => {
        const rows = waitingImports.shift()
        if (rows) await at.import(...rows)
      },
      work: () => at.work(),
      link: () => at.link(),
      both: () => Promise.all([at.work(), at.link()]),
    }
    for (const turn of orders[order]) await take[turn]()
    while (waitingFiles.length > 0) await take.file()
    while (waitingImports.length > 0) await take.import()
    await at.work()
    await at.link()
    for (const said of words) await say(at, said)
  }
}

/** What must be true of whatever came, once nothing waits. */
async function checkRecordings(at: Visitor): Promise<void> {
  const rows = await at.recordings()
  const links = await at.allLinks()
  for (const { id, path: called, usable, linked, linkedAt, matchDue, inspectedAt } of rows) {
    const own = links.filter(link => link.recordingId === id)
    const states = own.map(link => link.state)
    expect([called, matchDue, inspectedAt === null]).toEqual([called, false, false])
    expect([called, linked]).toEqual([called, states.includes('LINKED')])
    expect([called, linkedAt !== null]).toEqual([called, states.some(state => state !== 'REJECTED')])
    if (!usable) expect(states).toEqual([])
  }
}

// TEST_RUNS=300 for a long look; a slow machine looks at fewer than are asked for.
const RUNS = Number(process.env['TEST_RUNS'] ?? 15)
const MOST_MS = RUNS * 2_000

test('in whatever order files, contacts and jobs come, the same recordings are the same contacts’', {
  timeout: MOST_MS * 4,
}, async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(act, { minLength: 2, maxLength: 3 }), async acts => {
      const [one, other] = [await room.anotherTenant(), await room.anotherTenant()]
      for (const at of [one, other]) for (const folder of ['/x', '/y']) await at.tree.makeFolder(folder)
      await Promise.all([play(one, acts, 0), play(other, acts, 1)])
      expect(await one.links()).toEqual(await other.links())
      await checkRecordings(one)
      await checkRecordings(other)
    }),
    { numRuns: RUNS, interruptAfterTimeLimit: MOST_MS, endOnFailure: true },
  )
})
