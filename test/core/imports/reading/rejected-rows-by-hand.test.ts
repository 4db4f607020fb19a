import { stringify } from 'csv-stringify/sync'
import { expect, test } from 'vitest'
import { fc } from '../../../support/properties.ts'
import { aTemplate, dialect } from '../../templates/a-template.ts'
import { readAll } from './read-all.ts'
import { opened, saved, savedAgain } from './spreadsheet.ts'

const codes = ({ rejections }: Awaited<ReturnType<typeof readAll>>) => rejections.map(({ code }) => code)

const rules = ['KEEP', 'IGNORE', 'REJECT'] as const

/** Templates whose last column has a header, or none. */
const agreements = fc.record({
  hasHeader: fc.boolean(),
  extraColumns: fc.constantFrom(...rules),
  last: fc.constantFrom('Note', ''),
})
type Agreement = typeof agreements extends fc.Arbitrary<infer T> ? T : never

const agreed = ({ hasHeader, extraColumns, last }: Agreement) =>
  aTemplate(
    [
      ['Id', 'REFERENCE'],
      ['Agent', 'AGENT'],
      ['Date', 'CONTACT_DATE'],
      [last, 'METADATA'],
    ],
    { dialect: { ...dialect, hasHeader }, maxRejectedShare: 1, extraColumns },
  )

const cell = fc.constantFrom('', ' ', 'x', 'a, b', 'two\nlines', '2026-01-02T03:04Z', 'tomorrow', '\u0007')
const cells = fc.array(cell, { minLength: 1, maxLength: 8 })
const names = fc.array(fc.constantFrom('', 'Extra', 'Extra', ' '), { maxLength: 3 })
/** How many rows of a sheet are as long as each other, each time that it is saved. */
const blocks = fc.array(fc.constantFrom(1, 2, 16, 1000), { minLength: 3, maxLength: 3 })

const whole = (agreement: Agreement, extra: readonly string[], rows: readonly (readonly string[])[]) => {
  const header = [
    'Id',
    'Agent',
    'Date',
    agreement.last,
    ...(agreement.extraColumns === 'REJECT' ? [] : extra),
  ]
  return stringify((agreement.hasHeader ? [header, ...rows] : rows).map(row => [...row]))
}
const numbered = (rows: readonly string[][]) => rows.map(([, ...more], at) => [`id${at}`, ...more])

test('whatever was rejected is rejected for the same, how often a spreadsheet may save it', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(cells, { minLength: 1, maxLength: 6 }),
      names,
      agreements,
      blocks,
      async (rows, extra, agreement, blocks) => {
        const template = agreed(agreement)
        const file = whole(agreement, extra, numbered(rows))
        const first = await readAll(file, template)
        if (first.rejections.length === 0) return
        let csv = first.rejectedCsv
        for (const block of blocks) {
          csv = savedAgain(csv, block)
          const again = await readAll(csv, template)
          expect(again.rows).toEqual([])
          expect(codes(again)).toEqual(codes(first))
          csv = again.rejectedCsv
        }
        let refused = file
        for (const block of blocks)
          refused = savedAgain((await readAll(refused, template, { everyRow: true })).rejectedCsv, block)
        const second = await readAll(refused, template)
        expect(codes(second)).toEqual(codes(first))
        expect(second.rows.map(({ metadata }) => metadata)).toEqual(
          first.rows.map(({ metadata }) => metadata),
        )
      },
    ),
    { numRuns: 300 },
  )
})

const DATE = 2
const sound = '2026-01-02T03:04Z'
const idOf = (row: readonly string[]) => row[0] ?? ''

test('corrected in the sheet, rows are what they would be had the file been correct', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(cells, { minLength: 1, maxLength: 6 }),
      names,
      agreements,
      blocks,
      fc.infiniteStream(fc.boolean()),
      async (rows, extra, agreement, blocks, corrected) => {
        const template = agreed(agreement)
        const sent = numbered(rows)
        const first = await readAll(whole(agreement, extra, sent), template)
        const rejected = new Set(first.rejections.map(({ row }) => row))
        if (rejected.size === 0) return
        const toCorrect = new Set(sent.filter(row => row.length > DATE && corrected.next().value).map(idOf))
        const correct = (row: readonly string[]) =>
          toCorrect.has(idOf(row)) ? row.map((cell, at) => (at === DATE ? sound : cell)) : row
        const expected = await readAll(
          whole(agreement, extra, sent.filter((_, at) => rejected.has(at + 1)).map(correct)),
          template,
        )
        const sheet = opened(savedAgain(first.rejectedCsv, blocks[0])).map(correct)
        const again = await readAll(saved(sheet, blocks[1]), template)
        expect(codes(again)).toEqual(codes(expected))
        const kept = ({ rows }: typeof again) => rows.map(({ reference, metadata }) => [reference, metadata])
        expect(kept(again)).toEqual(kept(expected))
      },
    ),
    { numRuns: 300 },
  )
})

/** Cells that are told from each other wherever they come to stand. */
const token = fc.constantFrom('token', '', sound, 'token')
const place = fc.integer({ min: 1, max: 9 })

/** What a person does in a row: writes in it, or moves its cells about, with the reason among them. */
const byHand = fc.oneof(
  fc.record({ cells: fc.array(place, { maxLength: 2 }), correct: fc.boolean(), clear: fc.boolean() }),
  fc.array(fc.record({ insert: fc.boolean(), at: fc.nat() }), { maxLength: 3 }),
)
type ByHand = typeof byHand extends fc.Arbitrary<infer T> ? T : never

const isReason = (cell: string) => /^nightdrop_reason|^[A-Z_]+(?: in "|: )/.test(cell)

function changed(row: readonly string[], hand: ByHand, reasonAt: number, newToken: () => string): string[] {
  const cells = [...row]
  if (Array.isArray(hand)) {
    for (const { insert, at } of hand) {
      const reason = cells.findIndex(isReason)
      if (insert && reason > 0) cells.splice(1 + (at % reason), 0, newToken())
      else if (reason > 1) cells.splice(1 + (at % (reason - 1)), 1)
    }
    return cells
  }
  if (hand.correct) cells[DATE] = sound
  if (hand.clear) for (const [at, cell] of cells.entries()) if (isReason(cell ?? '')) cells[at] = ''
  // What stands in the column of reasons instead of one is read past.
  for (const at of hand.cells) if (at !== reasonAt) cells[at] = newToken()
  return Array.from(cells, cell => cell ?? '')
}

test('nothing that stands in a sheet is lost in silence, whatever a person did in it', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.array(token, { minLength: 1, maxLength: 8 }), { minLength: 1, maxLength: 6 }),
      names,
      agreements,
      blocks,
      fc.array(byHand, { minLength: 6, maxLength: 6 }),
      async (rows, extra, agreement, blocks, hands) => {
        const template = agreed(agreement)
        let tokens = 0
        const newToken = () => `t${tokens++}t`
        const sent = rows.map(([, ...more]) => [
          newToken(),
          ...more.map(cell => (cell === 'token' ? newToken() : cell)),
        ])
        const first = await readAll(whole(agreement, extra, sent), template, { everyRow: true })
        const [header = [], ...below] = opened(savedAgain(first.rejectedCsv, blocks[0]))
        const reasonAt = header.indexOf('nightdrop_reason')
        const sheet = (agreement.hasHeader ? below : [header, ...below]).map((row, at) =>
          changed(row, hands[at] ?? [], reasonAt, newToken),
        )
        const csv = saved(agreement.hasHeader ? [header, ...sheet] : sheet, blocks[1])
        const again = await readAll(csv, template)
        const back = opened(again.rejectedCsv)
        for (const row of sheet) {
          const accepted = again.rows.find(({ reference }) => reference === idOf(row))
          const asked = accepted && agreement.extraColumns === 'IGNORE' ? row.slice(0, 4) : row
          const found = accepted
            ? JSON.stringify(accepted)
            : back.find(each => idOf(each) === idOf(row))?.filter(cell => !isReason(cell))
          for (const cell of asked.filter(cell => /^t\d+t$/.test(cell))) expect(found).toContain(cell)
          if (accepted && !Array.isArray(hands[sheet.indexOf(row)]))
            expect(JSON.stringify(accepted)).not.toMatch(/nightdrop_reason|[A-Z]_[A-Z]/)
        }
      },
    ),
    { numRuns: 500 },
  )
})

test('nor is anything of a line whose quotes do not fit', async () => {
  const piece = fc.constantFrom('token', '"', '""', ',', ',', ' ')
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.array(piece, { maxLength: 12 }), { minLength: 1, maxLength: 4 }),
      agreements,
      blocks,
      async (lines, agreement, blocks) => {
        const template = agreed({ ...agreement, extraColumns: 'KEEP' })
        let tokens = 0
        const text = lines
          .map(
            pieces =>
              `t${tokens++}t,${pieces.map(each => (each === 'token' ? `t${tokens++}t` : each)).join('')}`,
          )
          .join('\n')
        const header = agreement.hasHeader ? `Id,Agent,Date,${agreement.last}\n` : ''
        let csv = (await readAll(`${header}${text}\n`, template, { everyRow: true })).rejectedCsv
        for (const block of blocks) {
          const again = await readAll(savedAgain(csv, block), template)
          csv = again.rejectedCsv
          const back = opened(csv)
            .flat()
            .filter(cell => !isReason(cell))
          const found = `${back.join(' ')} ${JSON.stringify(again.rows)}`
          for (let token = 0; token < tokens; token++) expect(found).toContain(`t${token}t`)
        }
      },
    ),
    { numRuns: 300 },
  )
})
