import type { AnalyseOptions } from '../../../../core/setup/analysis/analyse-sample.ts'
import { analyseSample } from '../../../../core/setup/analysis/analyse-sample.ts'
import type { SampleAnalysis } from '../../../../core/setup/analysis/sample-analysis.ts'

/** Rows of an ordinary export: id, agent, start, duration, note. Days reach beyond the twelfth. */
export const plainRows = (count: number, date: (day: number, row: number) => string = isoDate) =>
  Array.from({ length: count }, (_, row) =>
    [
      `C-${4000 + row}`,
      `agent${(row % 4) + 1}`,
      date((row % 27) + 1, row),
      String(30 + ((row * 37) % 600)),
      'remark',
    ].join(','),
  )

const two = (value: number) => String(value).padStart(2, '0')

export const isoDate = (day: number, row: number) =>
  `2026-03-${two(day)} ${two(8 + (row % 9))}:${two(row % 60)}:07`
export const dayFirst = (day: number, row: number) =>
  `${two(day)}/03/2026 ${two(8 + (row % 9))}:${two(row % 60)}`
export const monthFirst = (day: number, row: number) =>
  `03/${two(day)}/2026 ${two(8 + (row % 9))}:${two(row % 60)}`

export const plainHeader = 'Call ID,Agent,Start,Duration,Note'

export const plainFile = (rows = plainRows(40)) => [plainHeader, ...rows, ''].join('\n')

export const analyse = (sample: string | Uint8Array, options: Partial<AnalyseOptions> = {}): SampleAnalysis =>
  analyseSample(typeof sample === 'string' ? Buffer.from(sample) : sample, {
    fileName: 'calls.csv',
    ...options,
  })

export const codes = ({ problems }: SampleAnalysis) => problems.map(({ code }) => code)

/** What each column is taken for, by its header. */
export const fields = ({ columns }: SampleAnalysis) =>
  Object.fromEntries(columns.map(({ header, guess, position }) => [header ?? String(position), guess]))

export const column = ({ columns }: SampleAnalysis, header: string) =>
  columns.find(column => column.header === header)
