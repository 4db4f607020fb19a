import { expect, test } from 'vitest'
import { HEADER, row, smallTemplate } from '../../support/contact-files.ts'
import { fc } from '../../support/properties.ts'
import { sweep } from '../../support/sweep.ts'
import { openImportRoom } from './import-room.ts'

interface Row {
  reference: string
  /** None in a row that is rejected for a cell of its own. */
  queue: string | null
}

interface Counts {
  created: number
  updated: number
  unchanged: number
  rejected: number
}

/** What is there and what was deleted, as the promises have it: a reference that comes again counts as if sent again. */
class Model {
  readonly contacts = new Map<string, string>()
  readonly deleted = new Set<string>()

  sweep(references: readonly string[]) {
    for (const reference of references) {
      this.contacts.delete(reference)
      this.deleted.add(reference)
    }
  }

  read(rows: readonly Row[], existing: 'UPDATE' | 'SKIP'): Counts {
    const counts: Counts = { created: 0, updated: 0, unchanged: 0, rejected: 0 }
    for (const { reference, queue } of rows) {
      if (queue === null || this.deleted.has(reference)) {
        counts.rejected++
        continue
      }
      const before = this.contacts.get(reference)
      if (before === undefined) counts.created++
      else counts[existing === 'SKIP' || before === queue ? 'unchanged' : 'updated']++
      if (before === undefined || existing === 'UPDATE') this.contacts.set(reference, queue)
    }
    return counts
  }
}

const references = ['A', 'B', 'C', 'D', 'E']
const aRow = fc.record({
  reference: fc.constantFrom(...references),
  queue: fc.option(fc.constantFrom('one', 'two'), { freq: 6 }),
})
const night = fc.record({
  rows: fc.array(aRow, { minLength: 1, maxLength: 12 }),
  swept: fc.uniqueArray(fc.constantFrom(...references), { maxLength: 2 }),
})

/** A chunk of a few rows is looked at once, a larger one twice: with these rows before it, it is a larger one. */
const others: Row[] = Array.from({ length: 101 }, (_, index) => ({
  reference: `other ${index}`,
  queue: 'one',
}))

test.each([
  ['few', []],
  ['many', others],
])(
  'whatever is sent, deleted and sent again, each row counts as what became of it, twice the same: %s rows',
  async (_, filling) => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom('UPDATE' as const, 'SKIP' as const),
        fc.array(night, { minLength: 1, maxLength: 3 }),
        async (existingContact, nights) => {
          await using room = await openImportRoom({
            templates: [{ ...smallTemplate, existingContact, maxRejectedShare: 1 }],
          })
          const model = new Model()
          for (const { rows: sent, swept } of nights) {
            const rows = [...filling, ...sent]
            model.sweep(swept)
            await sweep(room, ...swept)
            const lines = rows.map(({ reference, queue }) =>
              queue === null ? `${reference},x,never,one,1\n` : row(reference, 'x', queue),
            )
            for (let time = 0; time < 2; time++) {
              const counts = model.read(rows, existingContact)
              const id = await room.upload('/a.csv', HEADER + lines.join(''))
              await room.run()
              expect(await room.import(id)).toMatchObject({
                status: 'COMPLETED',
                rowsRead: rows.length,
                ...counts,
              })
              const told = (await room.rejections(id)).map(each => each.row)
              expect(told).toEqual([...told].sort((a, b) => a - b))
              expect(told.length).toBe(counts.rejected)
            }
            const kept = (await room.contacts()).map(each => [each.reference, each.queue] as const)
            expect(new Map(kept)).toEqual(model.contacts)
          }
        },
      ),
      { numRuns: 15 },
    )
  },
)
