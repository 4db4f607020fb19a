import { afterAll, beforeAll, expect, test } from 'vitest'
import { cutoffs, deletionDueAt, type RetentionTerms } from '../../../core/retention/rule.ts'
import { fc } from '../../support/properties.ts'
import { openRecordingRoom } from '../recordings/recording-room.ts'
import { openWorld, type World } from './world.ts'

let room: Awaited<ReturnType<typeof openRecordingRoom>>
beforeAll(async () => {
  room = await openRecordingRoom()
})
afterAll(() => room[Symbol.asyncDispose]())

const off: RetentionTerms = {
  enabled: false,
  deleteAfterDays: null,
  deleteEvaluatedAfterDays: null,
  clock: 'IMPORTED_AT',
}

/** What is remembered beside the database: the rule, what was deleted, and the backup that may be gone back to. */
interface Memory {
  rule: RetentionTerms
  gone: Set<string>
  backup?: { restore: () => Promise<void>; rule: RetentionTerms }
}

type Step = (world: World, memory: Memory) => Promise<void>

/** A sweep that went through: who must be there, is; who must not, is not. */
async function sweepWhole(world: World, memory: Memory): Promise<void> {
  const { rule } = memory
  const before = await world.contacts()
  await world.sweep()
  const left = new Set((await world.contacts()).map(contact => contact.reference))
  for (const contact of before) {
    const due = deletionDueAt(rule, contact)
    const overdue = due !== null && due < world.now
    expect(left.has(contact.reference), `${JSON.stringify(contact)} by ${JSON.stringify(rule)}`).toBe(
      !overdue,
    )
    if (overdue) memory.gone.add(contact.reference)
  }
  const { unevaluated } = cutoffs(rule, world.now)
  if (unevaluated) expect(await world.orphansBefore(unevaluated)).toBe(0)
}

/** Whatever a sweep that broke off has done, it did not do to those who are protected. */
async function sweepHalf(world: World, memory: Memory, crashAt: number): Promise<void> {
  const before = await world.contacts()
  await world.sweep(crashAt)
  const left = new Set((await world.contacts()).map(contact => contact.reference))
  for (const contact of before) {
    if (left.has(contact.reference)) continue
    const due = deletionDueAt(memory.rule, contact)
    expect(due !== null && due < world.now, JSON.stringify(contact)).toBe(true)
    memory.gone.add(contact.reference)
  }
}

const refs = ['A', 'B', 'C', 'D', 'E']
const some = fc.subarray(refs, { minLength: 1 })
const one = fc.constantFrom(...refs)
const evaluation = fc.constantFrom('e1', 'e2', 'e3')

const named = (name: string, run: Step): Step & { toString(): string } =>
  Object.assign(run, { toString: () => name })

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: some.map(of => named(`import ${of.join()}`, world => world.import(of))) },
  {
    weight: 4,
    arbitrary: fc
      .tuple(one, fc.nat(1))
      .map(([of, mark]) => named(`recording ${of}${mark}`, world => world.record(of, mark))),
  },
  {
    weight: 2,
    arbitrary: fc
      .tuple(one, evaluation)
      .map(([of, as]) => named(`evaluate ${of} ${as}`, world => world.evaluate(of, as))),
  },
  { weight: 1, arbitrary: evaluation.map(as => named(`withdraw ${as}`, world => world.withdraw(as))) },
  { weight: 1, arbitrary: some.map(of => named(`hold ${of.join()}`, world => world.hold(of))) },
  { weight: 1, arbitrary: fc.constant(named('release', world => world.release())) },
  {
    weight: 2,
    arbitrary: fc
      .record({
        enabled: fc.boolean(),
        deleteAfterDays: fc.constantFrom(5, 10),
        deleteEvaluatedAfterDays: fc.constantFrom(null, 10, 20),
        clock: fc.constant('IMPORTED_AT' as const),
      })
      .map(rule =>
        named(`rule ${JSON.stringify(rule)}`, async (world, memory) => {
          await world.setRule(rule)
          memory.rule = rule
        }),
      ),
  },
  {
    weight: 4,
    arbitrary: fc
      .integer({ min: 1, max: 9 })
      .map(days => named(`${days} days`, async world => world.later(days))),
  },
  { weight: 4, arbitrary: fc.constant(named('sweep', sweepWhole)) },
  {
    weight: 2,
    arbitrary: fc
      .integer({ min: 1, max: 6 })
      .map(at => named(`crash at ${at}`, (world, memory) => sweepHalf(world, memory, at))),
  },
  {
    weight: 1,
    arbitrary: some.map(of =>
      named(`erase ${of.join()}`, async (world, memory) => {
        const before = await world.contacts()
        await world.erase(of)
        const left = new Set((await world.contacts()).map(contact => contact.reference))
        for (const contact of before)
          if (!left.has(contact.reference)) {
            expect(contact.holdCount, `${contact.reference} was on hold`).toBe(0)
            memory.gone.add(contact.reference)
          }
      }),
    ),
  },
  {
    weight: 1,
    arbitrary: fc.constant(
      named('backup', async (world, memory) => {
        memory.backup = { restore: await world.backup(), rule: memory.rule }
      }),
    ),
  },
  {
    weight: 1,
    arbitrary: fc.constant(
      named('restore', async (_, memory) => {
        if (!memory.backup) return
        await memory.backup.restore()
        memory.rule = memory.backup.rule
      }),
    ),
  },
)

test('in any order of files, evaluations, holds, rules, nights, crashes and restores what must stay stays, and what is gone is gone', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 25 }), async steps => {
      await using world = await openWorld(room)
      const memory: Memory = { rule: off, gone: new Set() }
      for (const run of steps) {
        await run(world, memory)
        expect(await world.broken(), String(run)).toEqual([])
        const there = (await world.contacts()).map(contact => contact.reference)
        expect(
          there.filter(reference => memory.gone.has(reference)),
          `back after ${String(run)}`,
        ).toEqual([])
      }
      // Two nights later nothing is left that is overdue.
      await sweepWhole(world, memory)
      await sweepWhole(world, memory)
    }),
    { numRuns: Number(process.env['RUNS'] ?? 25), endOnFailure: true },
  )
}, 300_000)
