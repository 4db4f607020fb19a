import type { FieldFault } from '../refusal.ts'
import { characterFault } from './cell-checks.ts'
import { columnKinds } from './column-kinds.ts'
import { formatFault } from './format-fault.ts'
import { globFault } from './glob.ts'
import { REASON_COLUMN } from './header.ts'
import { foldHeader } from './header-difference.ts'
import type { ColumnInput, ColumnTemplate, ColumnTemplateInput, ContactField, Dialect } from './template.ts'
import { unmatchedFault } from './unmatched-pattern.ts'
import { isTimeZone } from './zone.ts'

/** Everything that is wrong with a template, at once. */
export const validateTemplate = (input: ColumnTemplateInput): FieldFault[] => [
  ...text(['name'], input.name, 'A template needs a name', 200),
  ...at(['filePattern'], patternFault(input.filePattern)),
  ...dialectFaults(input.dialect),
  ...columnFaults(input.columns),
  ...at(
    ['timeZone'],
    isTimeZone(input.timeZone) ? null : `"${input.timeZone}" is no time zone, such as Europe/Berlin.`,
  ),
  ...emptyWordFaults(input.emptyWords),
  ...at(
    ['maxRejectedShare'],
    input.maxRejectedShare >= 0 && input.maxRejectedShare <= 1
      ? null
      : 'The share of rejected rows lies from 0 to 1.',
  ),
]

/** The template of a sound input: positions follow the order, and what is always required says so. */
export const templateOf = (input: ColumnTemplateInput): ColumnTemplate => ({
  ...input,
  columns: input.columns.map((column, index) => ({
    position: index + 1,
    header: column.header.trim(),
    field: column.field,
    required: column.required || columnKinds[column.field].alwaysRequired,
    format: column.format ?? null,
  })),
})

const MOST_COLUMNS = 500
const LONGEST_HEADER = 200

const at = (path: string[], message: string | null): FieldFault[] =>
  message === null ? [] : [{ path: ['template', ...path], message }]

const text = (path: string[], value: string, needs: string, longest: number): FieldFault[] =>
  at(
    path,
    value.trim() === ''
      ? `${needs}.`
      : value.length > longest
        ? `At most ${longest} characters.`
        : storingFault(value),
  )

/** A template's texts are kept as they are, and its headers become the keys of metadata. */
const storingFault = (value: string): string | null => {
  const found = value.isWellFormed() ? characterFault(value) : 'holds half a character'
  return found === null ? null : `The text ${found}. Leave it out.`
}

const patternFault = (pattern: string): string | null =>
  globFault(pattern) ?? unmatchedFault(pattern) ?? storingFault(pattern)

const oneCharacterFault = (what: string, value: string): string | null => {
  if (!/^.$/su.test(value)) return `The ${what} is one character.`
  if (/[\p{L}\p{N}\p{Surrogate}\r\n\0\uFEFF\uFFFD]/u.test(value))
    return `The ${what} is no letter, digit or line end.`
  return null
}

const MOST_LINES = 1000

const linesFault = (lines: number): string | null =>
  Number.isInteger(lines) && lines >= 0 && lines <= MOST_LINES
    ? null
    : `So many lines cannot be skipped: 0 to ${MOST_LINES}.`

const dialectFaults = (dialect: Dialect): FieldFault[] => {
  const { delimiter, quote, hasHeader, skipLines, skipLinesAfterHeader } = dialect
  return [
    ...at(['dialect', 'delimiter'], oneCharacterFault('delimiter', delimiter)),
    ...at(
      ['dialect', 'quote'],
      oneCharacterFault('quote', quote) ??
        (quote === delimiter ? 'Delimiter and quote are different characters.' : null),
    ),
    ...at(['dialect', 'skipLines'], linesFault(skipLines)),
    ...at(
      ['dialect', 'skipLinesAfterHeader'],
      linesFault(skipLinesAfterHeader) ??
        (hasHeader || skipLinesAfterHeader === 0
          ? null
          : 'Where there is no header, lines before the first row are skipLines.'),
    ),
  ]
}

/** Empty and doubled headers are told apart by their places. */
const headerFault = (header: string): string | null =>
  header.length > LONGEST_HEADER ? `At most ${LONGEST_HEADER} characters.` : storingFault(header)

const columnFaults = (columns: readonly ColumnInput[]): FieldFault[] => {
  if (columns.length > MOST_COLUMNS) return at(['columns'], `A template has at most ${MOST_COLUMNS} columns.`)
  const faults: FieldFault[] = [...at(['columns'], missingFields(columns))]
  const fields = new Map<ContactField, number>()
  for (const [index, column] of columns.entries()) {
    const path = ['columns', String(index)]
    faults.push(...at([...path, 'header'], headerFault(column.header)))
    const folded = foldHeader(column.header)
    if (folded === REASON_COLUMN)
      faults.push(
        ...at([...path, 'header'], `${REASON_COLUMN} is the column of reasons that Nightdrop adds.`),
      )
    const kind = columnKinds[column.field]
    const sameField = fields.get(column.field)
    if (sameField !== undefined && !kind.repeatable)
      faults.push(...at([...path, 'field'], `Column ${sameField + 1} is ${kind.words} as well.`))
    fields.set(column.field, sameField ?? index)
    faults.push(...at([...path, 'format'], storingFault(column.format ?? '') ?? formatFault(column)))
    if (column.required && column.field === 'IGNORED')
      faults.push(...at([...path, 'required'], 'A column that is ignored cannot be required.'))
  }
  return [...faults, ...dateFaults(fields)]
}

const missingFields = (columns: readonly ColumnInput[]): string | null => {
  const has = (field: ContactField) => columns.some(column => column.field === field)
  const missing = [
    ...(has('REFERENCE') ? [] : ['the contact reference (REFERENCE)']),
    ...(has('AGENT') ? [] : ['the agent (AGENT)']),
    ...(has('CONTACT_DATE') || has('CONTACT_DAY') ? [] : ['the contact date (CONTACT_DATE, or CONTACT_DAY)']),
  ]
  return missing.length === 0 ? null : `A template needs a column for ${missing.join(', and one for ')}.`
}

const dateFaults = (fields: ReadonlyMap<ContactField, number>): FieldFault[] => {
  const date = fields.get('CONTACT_DATE')
  const day = fields.get('CONTACT_DAY')
  const time = fields.get('CONTACT_TIME')
  return [
    ...(date !== undefined && day !== undefined
      ? at(
          ['columns', String(Math.max(date, day)), 'field'],
          'One of CONTACT_DATE and CONTACT_DAY, not both.',
        )
      : []),
    ...(time !== undefined && day === undefined
      ? at(['columns', String(time), 'field'], 'CONTACT_TIME needs a CONTACT_DAY column beside it.')
      : []),
  ]
}

const emptyWordFaults = (words: readonly string[]): FieldFault[] => [
  ...at(['emptyWords'], words.length > 100 ? 'At most 100 words.' : null),
  ...words.flatMap((word, index) =>
    text(
      ['emptyWords', String(index)],
      word,
      'A cell without text is empty by itself; the word is blank',
      100,
    ),
  ),
]
