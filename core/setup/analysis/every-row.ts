import { isEmptyWord } from './column-profile.ts'
import type { SampleRecords } from './sample-records.ts'
import type { TimeTally } from './time-tally.ts'
import { timeTally } from './time-tally.ts'

/** What only all rows can show: how dates are written, which references come again, who is named, which ids are damaged. */
export interface EveryRow {
  /** By the column's index, for the columns asked for. */
  times: ReadonlyMap<number, TimeTally>
  /** References that come again: how many rows beyond the first, and the first such row, from 1, and its cell. */
  repeated: { rows: number; row: number; cell: string }
  /** Distinct agents as the file writes them, bounded. */
  agents: string[]
  /** Rows whose id was turned into a number by a spreadsheet. */
  damaged: Damage[]
  /** Rows with more or fewer cells than the header, and the first of them, from 1. */
  uneven: { rows: number; row: number; cells: number }
  /** Rows that have one more cell than the header, an empty one. */
  trailing: number
}

export interface Damage {
  index: number
  rows: number
  row: number
  cell: string
}

export interface Asked {
  times: readonly number[]
  reference: number | null
  agent: number | null
  /** Columns of ids and phone numbers. */
  ids: readonly number[]
}

const MOST_AGENTS = 20_000
const SCIENTIFIC = /^[+-]?\d(?:[.,]\d+)?E\+\d+$/i

export const everyRow = (
  records: SampleRecords,
  rows: { first: number; end: number },
  width: number,
  { times: timeColumns, reference, agent, ids }: Asked,
): EveryRow => {
  const times = new Map(timeColumns.map(index => [index, timeTally()]))
  const seen = new Set<string>()
  const agents = new Set<string>()
  const damaged = new Map<number, Damage>()
  const rounded = new Map(ids.map(index => [index, { long: 0, zeros: 0, row: 0, cell: '' }]))
  const repeated = { rows: 0, row: 0, cell: '' }
  const uneven = { rows: 0, row: 0, cells: 0 }
  let trailing = 0

  const damage = (index: number, row: number, cell: string, count = 1) => {
    const known = damaged.get(index)
    if (known === undefined) damaged.set(index, { index, rows: count, row, cell })
    else known.rows += count
  }

  for (let at = rows.first; at < rows.end; at++) {
    const row = at - rows.first + 1
    const cells = records.cells(at)
    if (cells.length !== width) {
      if (cells.length === width + 1 && (cells[width] ?? '').trim() === '') trailing++
      else if (uneven.rows++ === 0) Object.assign(uneven, { row, cells: cells.length })
    }
    for (const [index, tally] of times) {
      const cell = (cells[index] ?? '').trim()
      if (cell !== '' && !isEmptyWord(cell)) tally.add(cell, row)
    }
    for (const index of ids) {
      const cell = (cells[index] ?? '').trim()
      if (SCIENTIFIC.test(cell)) damage(index, row, cell)
      const long = rounded.get(index)
      if (long === undefined || cell.length < 16 || !/^\d+$/.test(cell)) continue
      long.long++
      if (/^\d{15}0+$/.test(cell) && long.zeros++ === 0) Object.assign(long, { row, cell })
    }
    if (reference !== null) {
      const cell = (cells[reference] ?? '').trim()
      if (cell !== '' && !isEmptyWord(cell)) {
        if (!seen.has(cell)) seen.add(cell)
        else if (repeated.rows++ === 0) Object.assign(repeated, { row, cell })
      }
    }
    if (agent !== null && agents.size < MOST_AGENTS) {
      const cell = (cells[agent] ?? '').trim()
      if (cell !== '' && !isEmptyWord(cell)) agents.add(cell)
    }
  }
  // A spreadsheet keeps fifteen digits: one long number may end in zeros, all of them do not.
  for (const [index, { long, zeros, row, cell }] of rounded)
    if (long >= 3 && zeros === long) damage(index, row, cell, zeros)
  return { times, repeated, agents: [...agents], damaged: [...damaged.values()], uneven, trailing }
}
