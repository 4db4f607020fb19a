import { expect, test } from 'vitest'
import { withdrawEvaluation } from '../../../core/evaluations/withdraw-evaluation.ts'
import { tables } from '../../../db/db.ts'
import { smallTemplate, templateColumns } from '../../support/contact-files.ts'
import { fc } from '../../support/properties.ts'
import { setContact } from './import-room.ts'
import { type Row, UndoModel } from './undo-model.ts'
import { openUndoRoom } from './undo-room.ts'

/** Few, so that much happens to each. */
const REFERENCES = ['A', 'B', 'C']

/** The same files say something else by this one. */
const otherTemplate = {
  ...smallTemplate,
  name: 'other',
  filePattern: '/never/*.csv',
  columns: templateColumns(
    ['ref', 'REFERENCE'],
    ['agent', 'AGENT'],
    ['at', 'CONTACT_DATE', 'ISO'],
    ['queue', 'CAMPAIGN'],
    ['seconds', 'DURATION', 'seconds'],
  ),
}

const aReference = fc.constantFrom(...REFERENCES)
const rows = fc.array(fc.record({ reference: aReference, value: fc.constantFrom('one', 'two', 'three') }), {
  minLength: 1,
  maxLength: 4,
})
const which = fc.nat({ max: 1_000 })
const step = fc.oneof(
  { weight: 5, arbitrary: fc.record({ kind: fc.constant('send' as const), rows }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('again' as const), which, other: fc.boolean() }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('undo' as const), which }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('evaluate' as const), reference: aReference }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('withdraw' as const), reference: aReference }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('hold' as const), reference: aReference }) },
)
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never
type Sent = { id: string; file: number; rows: Row[] }

/** What is done to the database and to the model at once; after each step the two are compared. */
async function openPair() {
  const room = await openUndoRoom({ templates: [smallTemplate, otherTemplate] })
  const model = new UndoModel()
  const templates = await room.inTenant(tx => tx.select().from(tables.columnTemplates))
  const idOf = (name: string) => templates.find(template => template.name === name)?.id ?? ''
  const imports: Sent[] = []
  const left = new Set<number>()
  const evaluations = new Map<string, string>()
  let files = 0

  const wrote = (sent: Sent, other: boolean) => {
    imports.push(sent)
    left.add(imports.length - 1)
    const said = sent.rows.map(({ reference, value }) => ({
      reference,
      value: other ? `/${value}` : `${value}/`,
    }))
    model.import(imports.length - 1, sent.file, said)
  }
  const steps = {
    async send({ rows }: Extract<Step, { kind: 'send' }>) {
      const body = rows.map(({ reference, value }) => `${reference},diane,2026-03-01T10:00:00Z,${value},60\n`)
      wrote({ id: await room.sent(`/${files}.csv`, body.join('')), file: files++, rows }, false)
    },
    async again({ which, other }: Extract<Step, { kind: 'again' }>) {
      const of = imports[which % Math.max(1, imports.length)]
      if (!of) return
      const id = await room.again(of.id, idOf(other ? 'other' : 'small'))
      await room.run()
      wrote({ ...of, id }, other)
    },
    undo: ({ which }: { which: number }) => pair.undo([...left][which % Math.max(1, left.size)]),
    async evaluate({ reference }: { reference: string }) {
      const contact = model.contacts.get(reference)
      if (!contact || contact.evaluated) return
      const evaluationReference = `e${evaluations.size} ${crypto.randomUUID()}`
      await room.evaluate(reference, evaluationReference)
      evaluations.set(reference, evaluationReference)
      contact.evaluated = true
    },
    async withdraw({ reference }: { reference: string }) {
      const contact = model.contacts.get(reference)
      if (!contact?.evaluated) return
      const evaluation = evaluations.get(reference) ?? ''
      await room.inTenant(tx => withdrawEvaluation(tx, room.now, room.tenantId, evaluation))
      contact.evaluated = false
    },
    async hold({ reference }: { reference: string }) {
      const contact = model.contacts.get(reference)
      if (!contact) return
      contact.held = !contact.held
      await setContact(room, reference, { holdCount: contact.held ? 1 : 0 })
    },
  }
  const pair = {
    room,
    model,
    left,
    async undo(index: number | undefined) {
      if (index === undefined) return
      left.delete(index)
      expect(await room.undo(imports[index]?.id ?? '')).toEqual(model.undo(index))
    },
    take: (step: Step) => steps[step.kind](step as never),
    async compare() {
      const indexOf = new Map(imports.map(({ id }, index) => [id, index]))
      const found = (await room.contacts()).map(({ reference, queue, campaign, importId }) => [
        reference,
        `${queue ?? ''}/${campaign ?? ''}`,
        indexOf.get(importId),
      ])
      expect(found).toEqual(model.standing())
    },
    [Symbol.asyncDispose]: () => room[Symbol.asyncDispose](),
  }
  return pair
}

test('whatever is imported, imported again, evaluated, held and taken back, in any order: each contact is what the imports that stand made of it', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { minLength: 4, maxLength: 24, size: 'max' }),
      which,
      async (all, order) => {
        await using pair = await openPair()
        for (const one of all) {
          await pair.take(one)
          await pair.compare()
        }
        const rest = [...pair.left]
        while (rest.length > 0) await pair.undo(rest.splice(order % rest.length, 1)[0])
        await pair.compare()
        const touched = all.some(({ kind }) => kind === 'evaluate' || kind === 'hold')
        if (!touched) expect([await pair.room.contacts(), await pair.room.preImages()]).toEqual([[], 0])
      },
    ),
    { numRuns: Number(process.env['UNDO_RUNS'] ?? 12), endOnFailure: true },
  )
}, 180_000)
