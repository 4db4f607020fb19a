import { parse } from 'csv-parse/sync'
import { shown } from '../../templates/cell-fault.ts'
import type { HeaderMismatch } from '../../templates/header.ts'
import { matchHeader } from '../../templates/header.ts'
import type { ColumnTemplate } from '../../templates/template.ts'
import type { Problem } from '../problem.ts'
import { fileProblem } from '../problem.ts'

type Agreed = Pick<ColumnTemplate, 'columns' | 'dialect' | 'extraColumns'>

const names: Record<string, string> = {
  ',': 'comma',
  ';': 'semicolon',
  '\t': 'tab',
  '|': 'pipe',
  ' ': 'space',
}

const named = (character: string) =>
  names[character] === undefined ? `"${character}"` : `${names[character]} (${JSON.stringify(character)})`

/** The text without its first lines. */
export const behindLines = (text: string, count: number): string => {
  let at = 0
  for (let line = 0; line < count && at < text.length; line++)
    at += /^[^\r\n]*(?:\r\n?|\n)?/.exec(text.slice(at))?.[0].length ?? text.length
  return text.slice(at)
}

/** The text without the blank lines that may stand before its header. */
export const fromHeader = (text: string): string => text.replace(/^(?:[^\S\r\n]*[\r\n]+)+/, '')

export const firstLine = (text: string): string => /^[^\r\n]*/.exec(text)?.[0] ?? ''

/** The cells of a line, by another dialect perhaps; null when its quotes do not fit. */
const splitLine = (line: string, delimiter: string, quote: string): string[] | null => {
  try {
    const records = parse(line, {
      delimiter,
      quote,
      escape: quote,
      record_delimiter: ['\r\n', '\n', '\r'],
      to: 1,
    })
    return records[0] ?? []
  } catch {
    return null
  }
}

/** A header that does not fit may be the right one, written in another dialect. */
const otherDialect = (line: string, agreed: Agreed): Problem | null => {
  const { delimiter, quote } = agreed.dialect
  const own = splitLine(line, delimiter, quote)?.length ?? 1
  for (const otherQuote of new Set([quote, '"', "'"])) {
    for (const other of new Set([delimiter, ',', ';', '\t', '|'])) {
      if ((other === delimiter && otherQuote === quote) || other === otherQuote) continue
      const cells = splitLine(line, other, otherQuote)
      if (cells === null) continue
      const fits = matchHeader(cells, agreed).matches
      if (!fits && !(own === 1 && cells.length > 1 && otherQuote === quote)) continue
      return other === delimiter ? quoteProblem(quote, otherQuote) : delimiterProblem(delimiter, other)
    }
  }
  return null
}

export const delimiterProblem = (agreed: string, found: string): Problem =>
  fileProblem(
    'DIALECT_MISMATCH',
    `The cells should be separated by ${named(agreed)} and are separated by ${named(found)}. Export with the agreed delimiter, or have the template revised.`,
    { details: { expected: { delimiter: agreed }, found: { delimiter: found } } },
  )

const quoteProblem = (agreed: string, found: string): Problem =>
  fileProblem(
    'DIALECT_MISMATCH',
    `Cells should be quoted by ${named(agreed)} and are quoted by ${named(found)}. Export with the agreed quotes, or have the template revised.`,
    { details: { expected: { quote: agreed }, found: { quote: found } } },
  )

/** Why a header that does not match is refused. `line` is the header as text. */
export const headerProblem = (line: string, mismatch: HeaderMismatch, agreed: Agreed): Problem =>
  otherDialect(line, agreed) ??
  fileProblem('HEADER_MISMATCH', mismatch.message, {
    details: {
      columns: mismatch.columns.map(pair => ({
        ...pair,
        found: pair.found === null ? null : shown(pair.found),
      })),
    },
  })
