import { expect, test, vi } from 'vitest'
import { sampleRecords } from '../../../../core/setup/analysis/sample-records.ts'
import { analyse } from './a-sample.ts'

/** How many characters all searches of `work` pass over. */
const searched = (work: () => unknown): number => {
  using searches = vi.spyOn(String.prototype, 'indexOf')
  work()
  const { calls, contexts, results } = searches.mock
  return calls.reduce((sum, [, from = 0], index) => {
    const at = results[index]?.value ?? -1
    return sum + (at < 0 ? String(contexts[index]).length : at) - from + 1
  }, 0)
}

/** Few, since each search is kept. */
const LINES = 300

test.each([
  ['a quote alone', '"\n'],
  ['one quoted cell', '"call-2024-03-01-1.wav"\n'],
  ['a cell that the next line closes, and another that is closed by the one after', '"a"b,"\n'],
  ['quotes that are only ever doubled', '""""\n'],
  ['a quote behind many cells', 'a,b,c,d,"e\n'],
])('twice as many lines of %s are hardly more than twice the work', (_, line) => {
  const split = (lines: number) => () => sampleRecords(line.repeat(lines), { delimiter: ',', quote: '"' })
  expect(searched(split(2 * LINES))).toBeLessThan(2.5 * searched(split(LINES)))
  const whole = (lines: number) => () => analyse(line.repeat(lines))
  expect(searched(whole(2 * LINES))).toBeLessThan(2.5 * searched(whole(LINES)))
})

test('a quote that is never closed ends the record at its own line, wherever the record began', () => {
  const records = sampleRecords('1,"two\nlines","never\n2,b,c\n', { delimiter: ',', quote: '"' })
  expect(records.count).toBe(2)
  expect(records.cells(0)).toEqual(['1', 'two\nlines', '"never'])
  expect(records.cells(1)).toEqual(['2', 'b', 'c'])
})
