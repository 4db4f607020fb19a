import type { TimeParser, WrittenTime } from './calendar.ts'
import { isFirstDay } from './calendar.ts'
import { LONGEST_URL, nameFault, spreadsheetFault } from './cell-checks.ts'
import type { CellFault } from './cell-fault.ts'
import { quoted } from './cell-fault.ts'
import type { ContactValues } from './contact-values.ts'
import type { TimeKind } from './counted-time.ts'
import { countedParser, isCounted, isZero, otherUnit } from './counted-time.ts'
import { compileDuration } from './duration.ts'
import { parseIsoClock, parseIsoDateTime, parseIsoDay } from './iso-time.ts'
import type { TextValue } from './plain-columns.ts'
import type { Column, ColumnTemplate } from './template.ts'
import { compileTimePattern } from './time-pattern.ts'
import type { LocalClock, ZoneFault } from './zone.ts'

/** Reads one trimmed cell that is not empty into the row's values, or answers why it cannot. */
export type CellReader = (cell: string, into: ContactValues) => CellFault | null

/** Makes the reader of one column, once for a file. */
export type CellReaderMaker = (column: Column, template: ColumnTemplate, clock: LocalClock) => CellReader

export const referenceReader: CellReaderMaker = () => (cell, into) => {
  into.reference = cell
  return spreadsheetFault(cell) ?? nameFault(cell, 'The reference')
}

export const agentReader: CellReaderMaker = () => (cell, into) => {
  into.agentKey = cell
  return spreadsheetFault(cell) ?? nameFault(cell, 'The agent')
}

export const phoneReader: CellReaderMaker = () => (cell, into) => {
  into.customerPhone = cell
  return spreadsheetFault(cell) ?? nameFault(cell, 'The phone number')
}

export const textReader =
  (value: TextValue): CellReaderMaker =>
  column =>
  (cell, into) => {
    into[value] = cell
    return nameFault(cell, `"${column.header}"`)
  }

export const urlReader: CellReaderMaker = () => (cell, into) => {
  into.externalUrl = cell
  if (!/^https?:\/\/[^\s/]\S*$/i.test(cell))
    return {
      code: 'BAD_URL',
      message: `${quoted(cell)} is no web address: one begins with http:// or https://.`,
    }
  return nameFault(cell, 'The web address', LONGEST_URL)
}

export const zoneFault = (code: ZoneFault, text: string, zone: string): CellFault => ({
  code,
  message:
    code === 'NO_SUCH_LOCAL_TIME'
      ? `${quoted(text)} does not exist in ${zone}: clocks were set forward past it. Correct the time, or export times with their offset.`
      : `${quoted(text)} came twice in ${zone}: clocks were set back over it. Export times with their offset, or agree which one is meant.`,
})

const parserOf = (format: string | null, kind: TimeKind): TimeParser => {
  if (format === null || format === 'ISO') return isoParsers[kind]
  if (isCounted(format)) {
    const parser = countedParser(format, kind)
    if (parser === null) throw new TypeError(`A template with a format that is none of a ${kind}: ${format}`)
    return parser
  }
  const pattern = compileTimePattern(format)
  if (typeof pattern === 'string') throw new TypeError(`A template with an unreadable format: ${pattern}`)
  return pattern.parse
}

const isoParsers = {
  'date and time': parseIsoDateTime,
  day: parseIsoDay,
  'time of day': parseIsoClock,
} as const

const badDate = (cell: string, what: string, format: string | null): CellFault => {
  const other = otherUnit(cell, format ?? 'ISO')
  const remedy =
    other === null
      ? 'Correct it.'
      : `Correct it, or have the template revised: written as ${other.format} it would be ${other.day}.`
  return {
    code: 'BAD_DATE',
    message: `${quoted(cell)} is no ${what} written as ${format ?? 'ISO'}. ${remedy}`,
  }
}

/** Systems write 0, or the day it stands for, where nothing happened. */
const noDate = (cell: string): CellFault => ({
  code: 'MISSING_VALUE',
  message: `${quoted(cell)} is how systems write that there was no date; the contact's date is missing. Fill it in, or have another column taken for it.`,
})

const isNoDate = (cell: string, format: string | null) => format !== null && isCounted(format) && isZero(cell)

export const dateReader: CellReaderMaker = (column, template, clock) => {
  const parse = parserOf(column.format, 'date and time')
  const written: WrittenTime = { localMs: 0, offset: null }
  return (cell, into) => {
    into.occurredAtText = cell
    if (!parse(cell, written))
      return isNoDate(cell, column.format) ? noDate(cell) : badDate(cell, 'date and time', column.format)
    if (isFirstDay(written.localMs)) return noDate(cell)
    if (written.offset !== null) {
      into.occurredAt = written.localMs - written.offset * 60_000
      return null
    }
    const instant = clock(written.localMs)
    if (typeof instant === 'string') return zoneFault(instant, cell, template.timeZone)
    into.occurredAt = instant
    return null
  }
}

export const dayReader: CellReaderMaker = column => {
  const parse = parserOf(column.format, 'day')
  const written: WrittenTime = { localMs: 0, offset: null }
  return (cell, into) => {
    into.dayText = cell
    if (!parse(cell, written))
      return isNoDate(cell, column.format) ? noDate(cell) : badDate(cell, 'date', column.format)
    if (isFirstDay(written.localMs)) return noDate(cell)
    into.dayMs = written.localMs
    return null
  }
}

export const clockReader: CellReaderMaker = column => {
  const parse = parserOf(column.format, 'time of day')
  const written: WrittenTime = { localMs: 0, offset: null }
  return (cell, into) => {
    into.clockText = cell
    if (!parse(cell, written)) return badDate(cell, 'time of day', column.format)
    into.clockMs = written.localMs
    return null
  }
}

export const durationReader: CellReaderMaker = column => {
  const format = column.format ?? 'seconds'
  const parse = compileDuration(format)
  if (typeof parse === 'string') throw new TypeError(`A template with an unreadable format: ${parse}`)
  return (cell, into) => {
    into.durationSeconds = parse(cell)
    return into.durationSeconds === null
      ? { code: 'BAD_NUMBER', message: `${quoted(cell)} is no duration written as ${format}. Correct it.` }
      : null
  }
}

/** Metadata is gathered by the row as a whole; the cell alone has no fault of its own. */
export const keepsText: CellReaderMaker = () => () => null
