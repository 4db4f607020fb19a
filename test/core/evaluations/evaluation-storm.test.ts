import { expect, test } from 'vitest'
import { Refusal } from '../../../core/refusal.ts'
import { fc } from '../../support/properties.ts'
import { at, openContactRoom } from '../contacts/contact-room.ts'

const reference = fc.constantFrom('r-0', 'r-1', 'late-0', 'late-1')
const evaluationReference = fc.constantFrom('e0', 'e1', 'e2', 'e3', 'e4')
const wish = fc.record({
  contactReference: reference,
  evaluationReference,
  evaluatedAt: fc.integer({ min: 0, max: 12 }).map(at),
})
const step = fc.oneof(
  fc.record({ kind: fc.constant('record' as const), wishes: fc.array(wish, { minLength: 1, maxLength: 6 }) }),
  fc.record({ kind: fc.constant('withdraw' as const), evaluationReference }),
  fc.record({ kind: fc.constant('link' as const) }),
  fc.record({ kind: fc.constant('import' as const), reference: fc.constantFrom('late-0', 'late-1') }),
  fc.record({ kind: fc.constant('destroy' as const), reference }),
)

test('however many do whatever at once, each contact’s row says what stands, and nothing waits for a contact that is there', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 8, maxLength: 24 }), async steps => {
      const room = await openContactRoom(2)
      const once = new Set<string>()
      const first = (name: string) => !once.has(name) && once.add(name) !== undefined
      const run = (each: (typeof steps)[number]): Promise<unknown> => {
        switch (each.kind) {
          case 'record':
            return room.recordAll(each.wishes)
          case 'withdraw':
            return room.withdraw(each.evaluationReference)
          case 'link':
            return room.link()
          case 'import':
            return first(`import ${each.reference}`)
              ? room.inTenant(tx => room.create(tx, each.reference))
              : Promise.resolve()
          case 'destroy':
            return first(`destroy ${each.reference}`)
              ? room.inTenant(tx => room.destroy(tx, each.reference))
              : Promise.resolve()
        }
      }
      const ends = await Promise.allSettled(steps.map(run))
      const unexpected = ends.flatMap(end =>
        end.status === 'rejected' && !(end.reason instanceof Refusal) ? [end.reason] : [],
      )
      expect(unexpected).toEqual([])
      await room.link()
      const kept = await room.evaluations()
      const since = await room.evaluated()
      for (const [name, evaluatedAt] of Object.entries(since)) {
        const standing = kept.filter(each => each.contactReference === name && each.withdrawnAt === null)
        expect(standing.filter(each => each.contactId === null)).toEqual([])
        const earliest = standing.map(each => each.evaluatedAt.toISOString()).sort()[0] ?? null
        expect(evaluatedAt).toBe(earliest)
      }
      const there = new Set(Object.keys(since))
      for (const each of kept) expect(each.contactId === null || there.has(each.contactReference)).toBe(true)
    }),
    { numRuns: 25 },
  )
})
