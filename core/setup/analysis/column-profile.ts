import type { CellKind } from './cell-kind.ts'
import { cellKind } from './cell-kind.ts'
import type { HeaderReading } from './read-header.ts'
import { readHeader } from './read-header.ts'
import type { TimeTally } from './time-tally.ts'
import { timeTally } from './time-tally.ts'

/** What a column's cells have in common, told from a sample of the rows. */
export interface ColumnProfile {
  /** From 0. */
  index: number
  header: HeaderReading
  /** Cells looked at, and those of them that are not empty. */
  rows: number
  filled: number
  distinct: number
  /** The share of filled cells that are of one of these kinds. */
  share: (...kinds: CellKind[]) => number
  /** Of filled cells that are plain numbers; null when hardly any is. */
  numbers: NumberProfile | null
  /** Filled for columns that hold dates or times. */
  times: TimeTally
  /** A few different cells. */
  examples: string[]
  /** The trimmed cells, row by row; empty where the cell is, or says so in a word. */
  cells: readonly string[]
  emptyWords: ReadonlySet<string>
  /** Each filled cell has a number higher than the one before, or lower. */
  monotonous: boolean
}

export interface NumberProfile {
  least: number
  most: number
  median: number
  /** The share of whole numbers. */
  whole: number
  /** Digits behind the point, at most. */
  decimals: number
}

/** Words that exports write for "nothing". */
const EMPTY_WORDS = new Set(
  `- -- --- n/a na #n/a null none nil nan undefined (null) (none) <null> <none> \\n [null] n.a. n.d. nd s/o k.a. keine
  <empty> (empty) no_data`.split(/\s+/),
)

export const isEmptyWord = (cell: string): boolean => {
  const word = cell.toLowerCase()
  return EMPTY_WORDS.has(word) || word === 'no data'
}

const EXAMPLES = 5
const LONGEST_EXAMPLE = 100

export const columnProfile = (index: number, header: string, raw: readonly string[]): ColumnProfile => {
  const kinds = new Map<CellKind, number>()
  const seen = new Set<string>()
  const emptyWords = new Set<string>()
  const numbers: number[] = []
  const times = timeTally()
  let decimals = 0
  let filled = 0
  let rises = 0
  let last = Number.NEGATIVE_INFINITY
  const cells = raw.map((cell, row) => {
    const value = cell.trim()
    if (value === '') return ''
    if (isEmptyWord(value)) {
      emptyWords.add(value)
      return ''
    }
    filled++
    seen.add(value)
    const kind = cellKind(value)
    kinds.set(kind, (kinds.get(kind) ?? 0) + 1)
    if (kind === 'integer' || kind === 'decimal' || kind === 'epochId' || kind === 'flag') {
      const number = Number(value.replace(',', '.'))
      if (!Number.isNaN(number)) {
        numbers.push(number)
        decimals = Math.max(decimals, /[.,](\d+)$/.exec(value)?.[1]?.length ?? 0)
        if (number > last) rises++
        last = number
      }
    }
    times.add(value, row + 1)
    return value
  })
  return {
    index,
    header: readHeader(header),
    rows: raw.length,
    filled,
    distinct: seen.size,
    share: (...asked) =>
      filled === 0 ? 0 : asked.reduce((sum, kind) => sum + (kinds.get(kind) ?? 0), 0) / filled,
    numbers: numbers.length >= Math.max(1, filled * 0.8) ? numberProfile(numbers, decimals) : null,
    times,
    examples: [...seen].slice(0, EXAMPLES).map(cell => cell.slice(0, LONGEST_EXAMPLE)),
    cells,
    emptyWords,
    monotonous: filled > 3 && rises === filled,
  }
}

const numberProfile = (numbers: number[], decimals: number): NumberProfile => {
  const sorted = numbers.toSorted((a, b) => a - b)
  const positive = sorted.filter(number => number > 0)
  return {
    least: sorted[0] ?? 0,
    most: sorted.at(-1) ?? 0,
    median: positive[positive.length >> 1] ?? 0,
    whole: sorted.filter(Number.isInteger).length / sorted.length,
    decimals,
  }
}
