import type { CellKind } from './cell-kind.ts'
import { cellKind } from './cell-kind.ts'
import { isEmptyWord } from './column-profile.ts'
import { readHeader } from './read-header.ts'
import type { SampleRecords } from './sample-records.ts'

/** Where the header stands among the records, and where the rows begin. */
export interface HeaderPlace {
  /** The record that is the header; null for a file without one. */
  header: number | null
  firstRow: number
  /** What stands between the header and the rows: a line of types, or a second header. */
  under: 'nothing' | 'types' | 'second header'
  /** A line of groups stands above the header: "Call,,,Agent,,". */
  groups: boolean
}

/** A preamble is a title and a few lines; what is longer is data. */
const SEARCHED = 40
/** Rows that show what the columns hold. */
const ROWS = 60

export const placeHeader = (records: SampleRecords, width: number): HeaderPlace => {
  const near = (cells: readonly string[]) => Math.abs(cells.length - width) <= 1
  const kinds = columnKinds(records, width)
  const searched = Math.min(SEARCHED, records.count)
  let at = 0
  for (; at < searched; at++) {
    const cells = records.cells(at)
    // Titles saved by a spreadsheet have all the delimiters and hardly a cell.
    if (near(cells) && filled(cells) > Math.max(width > 3 ? 1 : 0, width * 0.3)) break
  }
  if (at === searched) at = 0
  if (!isHeader(records.cells(at), kinds)) {
    const title = laterHeader(records, at, kinds, width)
    if (title === null) return { header: null, firstRow: at, under: 'nothing', groups: false }
    at = title
  }
  const next = at + 1 < records.count ? records.cells(at + 1) : []
  if (next.length > 0 && isTypes(next)) return { header: at, firstRow: at + 2, under: 'types', groups: false }
  if (!near(next) || !isSecondHeader(next, kinds))
    return { header: at, firstRow: at + 1, under: 'nothing', groups: false }
  return isBetter(next, records.cells(at))
    ? { header: at + 1, firstRow: at + 2, under: 'nothing', groups: true }
    : { header: at, firstRow: at + 2, under: 'second header', groups: false }
}

const filled = (cells: readonly string[]) => cells.filter(cell => cell.trim() !== '').length

/** For each column the classes of its later cells, and the words in it. */
interface ColumnKinds {
  typed: (CellClass | null)[]
  words: Set<string>[]
}

type CellClass = 'number' | 'time' | 'id' | 'address' | 'file'

const classes: Partial<Record<CellKind, CellClass>> = {
  integer: 'number',
  decimal: 'number',
  scientific: 'number',
  phone: 'number',
  epochId: 'number',
  moment: 'time',
  day: 'time',
  clock: 'time',
  span: 'time',
  uuid: 'id',
  hex: 'id',
  url: 'address',
  email: 'address',
  endpoint: 'address',
  address: 'address',
  mediaFile: 'file',
  file: 'file',
}

const classOf = (cell: string): CellClass | null =>
  /^\d$/.test(cell) ? 'number' : (classes[cellKind(cell)] ?? null)

const columnKinds = (records: SampleRecords, width: number): ColumnKinds => {
  const counts = Array.from({ length: width }, () => new Map<CellClass | null, number>())
  const words = Array.from({ length: width }, () => new Set<string>())
  // The last ones may be totals, the first ones what is searched for.
  const from = Math.min(3, Math.max(1, records.count - 2))
  for (let index = from; index < Math.min(records.count, from + ROWS); index++) {
    const cells = records.cells(index)
    if (Math.abs(cells.length - width) > 1) continue
    for (let column = 0; column < width; column++) {
      const cell = (cells[column] ?? '').trim()
      if (cell === '' || isEmptyWord(cell)) continue
      const kind = classOf(cell)
      counts[column]?.set(kind, (counts[column]?.get(kind) ?? 0) + 1)
      words[column]?.add(cell.toLowerCase())
    }
  }
  return { typed: counts.map(usual), words }
}

const usual = (counts: ReadonlyMap<CellClass | null, number>): CellClass | null => {
  const total = [...counts.values()].reduce((sum, count) => sum + count, 0)
  const [most] = [...counts].sort((a, b) => b[1] - a[1])
  return most !== undefined && most[1] >= total * 0.8 ? most[0] : null
}

/** Headers are words where the rows have numbers and times; and words of the trade are rarely cells. */
const isHeader = (cells: readonly string[], { typed, words }: ColumnKinds): boolean => {
  let forIt = 0
  let against = 0
  for (const [column, raw] of cells.entries()) {
    const cell = raw.trim()
    if (cell === '') continue
    const kind = classOf(cell)
    const below = typed[column] ?? null
    if (kind !== null) against += kind === below ? 1.5 : 0.8
    else if (below !== null) forIt += 1
    const reading = readHeader(cell)
    const known = reading.whole !== null || reading.words.some(({ concepts }) => concepts.size > 0)
    if (kind === null && known && cell.length < 60) forIt += 0.5
    if (kind === null && words[column]?.has(cell.toLowerCase()) === true) against += 0.7
  }
  return forIt > against
}

/** Behind lines of words that fill as many cells, such as a title in two columns, a header may follow. */
const laterHeader = (
  records: SampleRecords,
  from: number,
  kinds: ColumnKinds,
  width: number,
): number | null => {
  for (let at = from + 1; at < Math.min(records.count, from + 10); at++) {
    const cells = records.cells(at)
    const text = cells.every(cell => cell.trim() === '' || classOf(cell.trim()) === null)
    if (text && Math.abs(cells.length - width) <= 1 && filled(cells) > width * 0.6 && isHeader(cells, kinds))
      return at
  }
  return null
}

const TYPE =
  /^(?:(?:tiny|small|big|medium)?int(?:eger)?\d*|n?(?:var)?char2?|n?text|string|str|date(?:time2?)?|time(?:stamp(?:tz)?)?|number|numeric|decimal|float\d*|double|real|money|bool(?:ean)?|bit|uuid|uniqueidentifier|guid|blob|json|object|long)(?: ?\([\d, max]+\))?(?: (?:not )?null)?$/i

const isTypes = (cells: readonly string[]): boolean => {
  const given = cells.map(cell => cell.trim()).filter(cell => cell !== '')
  if (given.length === 0) return false
  if (given.every(cell => /^[-=_]{2,}$/.test(cell))) return true
  return given.filter(cell => TYPE.test(cell)).length >= given.length * 0.8
}

/** Words again where the rows have numbers and times: in most of those columns, and at least in two. */
const isSecondHeader = (cells: readonly string[], { typed, words }: ColumnKinds): boolean => {
  let typedColumns = 0
  let wordsThere = 0
  for (const [column, raw] of cells.entries()) {
    const cell = raw.trim()
    if (cell === '' || isEmptyWord(cell)) continue
    if ((typed[column] ?? null) === null) {
      if (words[column]?.has(cell.toLowerCase()) === true) return false
      continue
    }
    typedColumns++
    if (classOf(cell) === null) wordsThere++
  }
  return wordsThere >= 2 && wordsThere === typedColumns
}

/** The lower of two header lines is the header when it names more columns than the upper one does. */
const isBetter = (lower: readonly string[], upper: readonly string[]): boolean => {
  const names = (cells: readonly string[]) =>
    new Set(cells.map(cell => cell.trim().toLowerCase()).filter(Boolean)).size
  return names(lower) > names(upper)
}
