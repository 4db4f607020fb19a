import { afterAll, expect, test } from 'vitest'
import { queueWaitingRecordings } from '../../../core/recordings/queue-waiting.ts'
import { tables } from '../../../db/db.ts'
import { MiB } from '../files/tree-room.ts'
import { NO_SOUND, openRecordingRoom, sound } from './recording-room.ts'

const room = await openRecordingRoom()
afterAll(() => room[Symbol.asyncDispose]())
const { tree } = room
await tree.makeFolder('/rec')

const at = async (path: string) => (await room.recordings()).find(recording => recording.path === path)
const files = async (path: string) => (await room.files()).filter(file => file.path === path)

test('a stored recording is on record with its CLOSE, and known once it was looked at', async () => {
  await room.send('/rec/Müller 1.WAV')
  expect(await at('/rec/Müller 1.WAV')).toMatchObject({
    matchKey: 'müller 1',
    inspectedAt: null,
    usable: false,
    fileId: (await files('/rec/Müller 1.WAV'))[0]?.id,
  })
  expect(await room.jobs('match-recordings')).toEqual([{ tenantId: room.tenantId }])
  await room.work()
  expect(await at('/rec/Müller 1.WAV')).toMatchObject({
    kind: 'AUDIO',
    mediaType: 'audio/wav',
    durationSeconds: 0.5,
    playable: true,
    usable: true,
    damage: null,
    inspectedAt: expect.any(Date),
  })
})

test('files that are no recordings leave none, and many recordings one job', async () => {
  await room.send('/in/a.csv', 'x')
  await room.send('/other.bin', 'x')
  await room.send('/rec/half.wav.part')
  for (const name of ['one', 'two', 'three']) await room.send(`/rec/${name}.wav`)
  const paths = (await room.recordings()).map(recording => recording.path)
  expect(paths).toEqual(['/rec/Müller 1.WAV', '/rec/one.wav', '/rec/two.wav', '/rec/three.wav'])
  expect(await room.jobs('match-recordings')).toHaveLength(1)
})

test('a temporary name becomes a recording by its rename, and so does a file of another kind', async () => {
  await tree.rename('/rec/half.wav.part', '/rec/half.wav', false)
  await tree.rename('/other.bin', '/other.wav', false)
  expect(await at('/rec/half.wav')).toMatchObject({ matchKey: 'half' })
  await room.work()
  expect(await at('/rec/half.wav')).toMatchObject({ usable: true })
  expect(await at('/other.wav')).toMatchObject({ usable: false, damage: expect.any(String) })
})

test('a rename of a recording, or of its folder, changes its name and key, and makes it due', async () => {
  const settled = { matchDue: false }
  await room.inTenant(tx => tx.update(tables.recordings).set(settled))
  const before = await at('/rec/one.wav')
  await tree.rename('/rec/one.wav', '/rec/first.wav', false)
  const renamed = await at('/rec/first.wav')
  expect(renamed).toMatchObject({ id: before?.id, matchKey: 'first', matchDue: true })
  expect(renamed?.placed).toBeGreaterThan(before?.placed ?? Number.POSITIVE_INFINITY)
  await tree.rename('/rec', '/night', false)
  for (const name of ['first', 'two', 'three', 'half'])
    expect(await at(`/night/${name}.wav`)).toMatchObject({ matchKey: name, matchDue: true })
  expect(await at('/other.wav')).toMatchObject({ matchDue: false })
})

test('what is empty, or only called a recording, is kept and marked', async () => {
  await room.send('/empty.wav', '')
  await room.send('/note.mp4', NO_SOUND)
  await room.work()
  expect(await at('/empty.wav')).toMatchObject({ usable: false, damage: 'It is empty.', playable: false })
  expect(await at('/note.mp4')).toMatchObject({ usable: false, kind: 'SCREEN', damage: expect.any(String) })
})

test('a note called a recording is imported when it is renamed into a pattern, and no recording any more', async () => {
  await room.send('/late.wav', NO_SOUND)
  await room.send('/later.wav', NO_SOUND)
  await tree.rename('/late.wav', '/in/late.csv', false)
  await room.work()
  await tree.rename('/later.wav', '/in/later.csv', false)
  for (const path of ['/in/late.csv', '/in/later.csv']) {
    expect(await at(path)).toBeUndefined()
    const [file] = await files(path)
    expect(file?.kind).toBe('CONTACTS')
    expect(await room.importsOf(file?.id ?? '')).toHaveLength(1)
  }
})

test('a recording with sound in it stays one whatever it is called', async () => {
  await room.send('/loud.wav')
  await room.work()
  await tree.rename('/loud.wav', '/in/loud.csv', false)
  const [file] = await files('/in/loud.csv')
  expect(file?.kind).toBe('RECORDING')
  expect(await room.importsOf(file?.id ?? '')).toEqual([])
  expect(await at('/in/loud.csv')).toMatchObject({ usable: true, matchKey: 'loud.csv' })
})

test('only what tells what it is is read of a large one', async () => {
  await room.send('/large.wav', Buffer.concat([sound(), Buffer.alloc(24 * MiB)]))
  room.bucket.fetched = 0
  await room.work()
  expect(await at('/large.wav')).toMatchObject({ usable: true })
  expect(room.bucket.fetched).toBeLessThan(5 * MiB)
})

test('stored bytes that were altered or are missing are damage in plain words, and an incident', async () => {
  for (const name of ['altered', 'missing']) await room.send(`/${name}.wav`)
  const body = room.bucket.objects.get(await room.keyOf('/altered.wav'))
  if (body) body[40] = (body[40] ?? 0) ^ 1
  room.bucket.objects.delete(await room.keyOf('/missing.wav'))
  await room.work()
  expect(await at('/altered.wav')).toMatchObject({
    usable: false,
    damage: 'Its stored bytes are not as they were received. Send it again.',
  })
  expect(await at('/missing.wav')).toMatchObject({
    usable: false,
    damage: 'Its stored bytes are missing. Send it again.',
  })
  expect(room.incidents).toHaveLength(2)
  for (const [path, kind] of [
    ['/altered.wav', 'ALTERED_SEGMENT'],
    ['/missing.wav', 'MISSING'],
  ] as const)
    expect(room.incidents).toContainEqual(
      expect.objectContaining({ recordingId: (await at(path))?.id, err: expect.objectContaining({ kind }) }),
    )
})

test('while the object store is away nothing is said of a recording, and the job is tried again', async () => {
  for (let n = 0; n < 8; n++) await room.send(`/away-${n}.wav`)
  let asked = 0
  room.bucket.before = op => {
    if (op !== 'get') return
    asked += 1
    throw new Error('the store is away')
  }
  await room.forgetJobs()
  expect(await room.work()).toMatchObject({ inspected: 0 })
  expect(await room.jobs('match-recordings')).toHaveLength(1)
  expect(asked, 'it is not asked for each recording').toBeLessThan(8)
  expect(await at('/away-0.wav')).toMatchObject({ inspectedAt: null, damage: null })
  room.bucket.before = () => undefined
  await room.work()
  for (let n = 0; n < 8; n++) expect(await at(`/away-${n}.wav`)).toMatchObject({ usable: true })
})

test('one recording that cannot be read does not keep the others waiting', async () => {
  for (const name of ['a-bad', 'b', 'c', 'd', 'e']) await room.send(`/queue-${name}.wav`)
  let first = true
  room.bucket.before = op => {
    if (op !== 'get' || !first) return
    first = false
    throw new Error('broken off')
  }
  expect(await room.work()).toEqual({ inspected: 4, failed: 1 })
  room.bucket.before = () => undefined
  const waiting = (await room.recordings()).filter(recording => recording.inspectedAt === null)
  expect(waiting).toHaveLength(1)
  await room.work()
  expect(await at('/queue-a-bad.wav')).toMatchObject({ usable: true })
})

test('a tenant whose job was lost is given another', async () => {
  await room.work()
  await room.inTenant(tx => tx.update(tables.recordings).set({ matchDue: false }))
  await room.forgetJobs()
  await queueWaitingRecordings(room.database)
  expect(await room.jobs('match-recordings')).toEqual([])
  await room.send('/lost.wav')
  await room.forgetJobs()
  await queueWaitingRecordings(room.database)
  expect(await room.jobs('match-recordings')).toEqual([{ tenantId: room.tenantId }])
})
