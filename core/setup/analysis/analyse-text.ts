import type { Dialect } from '../../templates/template.ts'
import type { AnalyseOptions } from './analyse-sample.ts'
import type { ColumnProfile } from './column-profile.ts'
import { columnProfile } from './column-profile.ts'
import { draftTemplate } from './draft-template.ts'
import type { EveryRow } from './every-row.ts'
import { everyRow } from './every-row.ts'
import { findFooter } from './find-footer.ts'
import type { Guess } from './guess-columns.ts'
import { guessColumns } from './guess-columns.ts'
import { guessSplitting } from './guess-splitting.ts'
import { noContacts } from './holds-contacts.ts'
import type { AgentsNamed } from './known-agents.ts'
import { agentsNamed } from './known-agents.ts'
import { placeHeader } from './place-header.ts'
import { columnProblems } from './problems-of-columns.ts'
import { layoutProblems } from './problems-of-layout.ts'
import type { SampleAnalysis, SampleColumn } from './sample-analysis.ts'
import { problem } from './sample-problem.ts'
import type { SampleRecords } from './sample-records.ts'
import { sampleRecords } from './sample-records.ts'
import type { SampleText } from './sample-text.ts'
import { settleFormats } from './settle-formats.ts'
import { unreadable } from './unreadable.ts'
import type { DateHabits } from './written-time.ts'
import { lessSure, namedZone, zoneQuestion } from './zone-questions.ts'

/** Cells that show what columns hold; what must be decided over all rows is looked up in all. */
const PROFILED = { cells: 60_000, most: 600, least: 60 }

export const analyseText = (
  { text, encoding, problems }: SampleText,
  options: AnalyseOptions,
): SampleAnalysis => {
  if (isOneLine(text)) return oneLine()
  const { body, delimiter, quote, width } = guessSplitting(text)
  const records = sampleRecords(body, { delimiter, quote })
  const place = placeHeader(records, width)
  const header = place.header === null ? null : records.cells(place.header)
  const footer = findFooter(records, place.firstRow, width)
  const rows = { first: place.firstRow, end: Math.max(place.firstRow, footer) }
  const dialect: Dialect = {
    encoding,
    delimiter,
    quote,
    hasHeader: header !== null,
    skipLines: skippedLines(records, place.header ?? place.firstRow),
    skipLinesAfterHeader: place.under === 'nothing' ? 0 : 1,
  }
  const columnCount = header?.length ?? width
  const profiles = profilesOf(records, rows, header, Math.min(columnCount, MOST_COLUMNS))
  const habits = habitsOf(profiles, delimiter)
  const guesses = guessColumns(profiles, habits)
  const refusal = noContacts(profiles, guesses.byColumn)
  const kept = refusal === null ? guesses.byColumn : guesses.byColumn.map(withoutContact)
  const all = everyRow(records, rows, columnCount, askedOf(kept))
  const timeZone = namedZone(kept) ?? options.timeZone ?? 'UTC'
  const formats = settleFormats(kept, all, habits)
  const zone = refusal === null ? zoneQuestion(formats, timeZone) : null
  const settled = zone === null ? formats : lessSure(formats)
  const columns = settled.map(({ column }) => column)
  const named = agentsOf(kept, all, options)
  const proposal = draftTemplate({
    fileName: options.fileName,
    dialect,
    columns,
    agentKey: named?.agentKey ?? 'USERNAME',
    timeZone,
    emptyWords: [...new Set(profiles.flatMap(({ emptyWords }) => [...emptyWords]))].sort(),
  })
  return {
    dialect,
    rowCount: records.count - place.firstRow,
    columns,
    proposal,
    problems: [
      ...problems,
      ...layoutProblems({ records, place, rows, header, width, dialect, all }),
      ...columnProblems({ refusal, guesses: kept, settled, all, named, rowCount: rows.end - rows.first }),
      ...(zone === null ? [] : [zone]),
    ],
    knownAgentShare: named?.share ?? null,
  }
}

/** More than any export has; what stands behind is no part of the answer. */
const MOST_COLUMNS = 1_000

const LONGEST_LINE = 1024 * 1024

const isOneLine = (text: string) => text.length > LONGEST_LINE && !/[\r\n]/.test(text.slice(0, LONGEST_LINE))

const oneLine = (): SampleAnalysis =>
  unreadable(
    problem(
      'ONE_LINE',
      'SENDER',
      'The first MiB of the file is one line: no line end separates its records. Have the export end each record with a line end.',
    ),
  )

/** Blank lines are passed over by every reader; only others make lines that must be skipped. */
const skippedLines = (records: SampleRecords, first: number): number =>
  first === 0 ? 0 : records.linesBefore(first)

const profilesOf = (
  records: SampleRecords,
  rows: { first: number; end: number },
  header: readonly string[] | null,
  width: number,
): ColumnProfile[] => {
  const count = rows.end - rows.first
  const wanted = Math.min(PROFILED.most, Math.max(PROFILED.least, PROFILED.cells / width))
  const step = Math.max(1, count / wanted)
  const sampled: string[][] = []
  for (let at = 0; at < count; at += step) sampled.push(records.cells(rows.first + Math.floor(at)))
  return Array.from({ length: width }, (_, index) =>
    columnProfile(
      index,
      header?.[index] ?? '',
      sampled.map(cells => cells[index] ?? ''),
    ),
  )
}

/** Outside of English the day stands first, as it does where a semicolon separates cells. */
const habitsOf = (profiles: readonly ColumnProfile[], delimiter: string): DateHabits => {
  const headers = profiles.map(({ header }) => header.text.toLowerCase()).join(' ')
  const foreign =
    /[äöüßéèàçñãõó]|\b(?:datum|uhrzeit|fecha|hora|heure|data|ora|tijd|dauer|dur[eé]e|duur|durata)\b/.test(
      headers,
    )
  const half = profiles.some(({ times }) => times.shapes()[0]?.shape.includes('a') === true)
  return { dayFirst: !half && (foreign || delimiter === ';') }
}

const withoutContact = (guess: Guess): Guess =>
  /^(?:REFERENCE|AGENT|CONTACT_|DURATION)/.test(guess.field)
    ? { ...guess, field: 'METADATA', confidence: 0.5, time: null, duration: null }
    : guess

const indexOf = (guesses: readonly Guess[], field: SampleColumn['guess']): number | null =>
  guesses.find(guess => guess.field === field)?.column.index ?? null

const askedOf = (guesses: readonly Guess[]) => ({
  times: guesses.flatMap(({ time, column }) => (time === null ? [] : [column.index])),
  reference: indexOf(guesses, 'REFERENCE'),
  agent: indexOf(guesses, 'AGENT'),
  ids: guesses.flatMap(({ field, column }) =>
    ['REFERENCE', 'AGENT', 'CUSTOMER_PHONE'].includes(field) ||
    (field === 'METADATA' && column.header.has('id'))
      ? [column.index]
      : [],
  ),
})

const agentsOf = (guesses: readonly Guess[], all: EveryRow, options: AnalyseOptions): AgentsNamed | null => {
  const agent = guesses.find(({ field }) => field === 'AGENT')
  return agent === undefined ? null : agentsNamed(agent.column.header, all.agents, options.knownAgents ?? [])
}
