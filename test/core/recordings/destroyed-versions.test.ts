import { eq, sql } from 'drizzle-orm'
import { afterAll, beforeEach, expect, test } from 'vitest'
import { destroyRecordings } from '../../../core/recordings/destroy-recordings.ts'
import { tables, uuidArray } from '../../../db/db.ts'
import { NO_SOUND, openRecordingRoom, sound } from './recording-room.ts'

const room = await openRecordingRoom()
afterAll(() => room[Symbol.asyncDispose]())
const { tenantId, inTenant } = room

let n = 0
let path = ''
let arrived: string[] = []
beforeEach(() => {
  path = `/call-${++n}.wav`
  arrived = []
})

const send = async (bytes: Buffer | string) => {
  await room.send(path, bytes)
  arrived.push((await room.recordings()).at(-1)?.id ?? '')
}

/** As a sweep does, which locks them before. */
const destroy = async (...which: number[]) => {
  const hashes = await room.vault.hashes.of(tenantId)
  const ids = which.map(at => arrived[at] ?? '')
  await inTenant(async tx => {
    await tx.execute(
      sql`select from recordings where tenant_id = ${tenantId} and id = any(${uuidArray(ids)}) order by id for update`,
    )
    await destroyRecordings(tx, tenantId, hashes, ids, new Date())
  })
}

/** Of each that came: by which it is replaced, or that it is gone. */
const replacements = async () => {
  const rows = await room.recordings()
  return arrived.map(id => {
    const row = rows.find(each => each.id === id)
    if (row === undefined) return 'gone'
    return row.replacedById === null ? null : arrived.indexOf(row.replacedById)
  })
}

test('what comes after a version that was destroyed replaces the one before it', async () => {
  await send(sound(1))
  await send(NO_SOUND)
  await room.work()
  await destroy(1)
  await send(sound(2))
  await room.work()
  expect(await replacements()).toEqual([2, 'gone', null])
})

test('what came before it was destroyed, and is looked at afterwards, replaces the one before it, past several', async () => {
  await send(sound(1))
  await send(NO_SOUND)
  await send(`${NO_SOUND} again`)
  await room.work()
  await send(sound(2))
  await destroy(1, 2)
  await room.work()
  expect(await replacements()).toEqual([3, 'gone', 'gone', null])
})

test('a contact whose recording came again after a damaged version was destroyed has the newest', async () => {
  const name = path.slice(1)
  await room.import({ ref: name, audio: name })
  await send(sound(1))
  await send(NO_SOUND)
  await room.work()
  await destroy(1)
  await send(sound(2))
  await room.work()
  await room.link()
  expect(await room.links(name)).toEqual([
    `${name} LINKED: ${path} LINKED AUDIO NAME, ${path} LINKED AUDIO NAME (replaced)`,
  ])
})

test('one that somebody holds is not waited for, and is followed by the next that comes', async () => {
  await send(sound(1))
  await send(NO_SOUND)
  await room.work()
  const locked = Promise.withResolvers<void>()
  const release = Promise.withResolvers<void>()
  const holding = inTenant(async tx => {
    await tx
      .select()
      .from(tables.recordings)
      .where(eq(tables.recordings.id, arrived[0] ?? ''))
      .for('no key update')
    locked.resolve()
    await release.promise
  })
  await locked.promise
  await destroy(1)
  release.resolve()
  await holding
  await send(sound(2))
  await room.work()
  expect(await replacements()).toEqual([2, 'gone', null])
})
