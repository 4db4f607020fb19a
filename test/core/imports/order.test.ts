import { expect, test } from 'vitest'
import { HEADER, row } from '../../support/contact-files.ts'
import { fc } from '../../support/properties.ts'
import { memoryBucket } from '../vault/memory-bucket.ts'
import { openImportRoom } from './import-room.ts'

type Line = 'bad' | { reference: string; queue: string }

const line: fc.Arbitrary<Line> = fc.oneof(
  { weight: 12, arbitrary: fc.record({ reference: reference(), queue: fc.constantFrom('a', 'b', 'c') }) },
  { weight: 1, arbitrary: fc.constant('bad' as const) },
)

function reference() {
  return fc.integer({ min: 0, max: 60 }).map(number => `R${number}`)
}

const written = (lines: readonly Line[]) =>
  HEADER +
  lines
    .map((one, index) => (one === 'bad' ? row(`X${index}`, '') : row(one.reference, 'diane', one.queue)))
    .join('')

/** What files make of contacts one after the other; a file of which more than half is bad, nothing. */
function oneAfterTheOther(files: readonly (readonly Line[])[]) {
  const contacts = new Map<string, string>()
  const ends = files.map(lines => {
    const rejected = lines.filter(one => one === 'bad').length
    if (rejected / lines.length > 0.5) return ['REFUSED', lines.length, 0, 0, 0, lines.length]
    const counts = { created: 0, updated: 0, unchanged: 0 }
    for (const one of lines) {
      if (one === 'bad') continue
      const was = contacts.get(one.reference)
      counts[was === undefined ? 'created' : was === one.queue ? 'unchanged' : 'updated'] += 1
      contacts.set(one.reference, one.queue)
    }
    return ['COMPLETED', lines.length, counts.created, counts.updated, counts.unchanged, rejected]
  })
  return { ends, contacts }
}

test('whatever fails on the way, a tenant’s files end as if read one after the other, in the order they were completed', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.array(line, { minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 50 }),
      // Of the first requests to the object store, those that fail.
      fc.uniqueArray(fc.integer({ min: 0, max: 120 }), { maxLength: 6 }),
      fc.boolean(),
      async (files, faults, stopped) => {
        const bucket = memoryBucket()
        await using room = await openImportRoom({ vaultBucket: bucket })
        const ids: string[] = []
        for (const [index, lines] of files.entries())
          ids.push(await room.upload(`/f${index}.csv`, written(lines), false))
        let asked = 0
        bucket.before = op => {
          if (op === 'get' && faults.includes(asked++))
            throw Object.assign(new Error('no answer'), { code: 'ECONNRESET' })
        }
        if (stopped) await room.run(AbortSignal.timeout(30))
        const waits = async () =>
          (await Promise.all(ids.map(id => room.import(id)))).some(
            ({ status }) => status !== 'COMPLETED' && status !== 'REFUSED',
          )
        for (let turn = 0; turn < 40 && (await waits()); turn++) {
          await room.run(undefined, { workerId: `pool-${turn % 2}` })
          room.later(400)
        }
        const expected = oneAfterTheOther(files)
        const ended = await Promise.all(ids.map(id => room.import(id)))
        expect(
          ended.map(({ status, rowsRead, created, updated, unchanged, rejected }) => {
            return [status, rowsRead, created, updated, unchanged, rejected]
          }),
        ).toEqual(expected.ends)
        expect(new Map((await room.contacts()).map(each => [each.reference, each.queue]))).toEqual(
          expected.contacts,
        )
        expect(await room.progress()).toEqual([])
      },
    ),
    { numRuns: 12 },
  )
}, 240_000)
