import { columnKinds } from '../../templates/column-kinds.ts'
import type { AgentKey, Dialect } from '../../templates/template.ts'
import type { ColumnTemplateDraft, SampleColumn } from './sample-analysis.ts'

/** A template has at most so many columns; what comes behind is kept as further ones. */
const MOST_COLUMNS = 500

export interface DraftFrom {
  fileName: string
  dialect: Dialect
  columns: readonly SampleColumn[]
  agentKey: AgentKey
  timeZone: string
  emptyWords: string[]
}

/** The template that the columns suggest; null when none of the fields that a contact must have was recognised. */
export const draftTemplate = ({ fileName, columns, ...rest }: DraftFrom): ColumnTemplateDraft | null => {
  const must = columns.some(({ guess }) => guess !== 'CONTACT_TIME' && columnKinds[guess].alwaysRequired)
  if (!must) return null
  const named = withoutTail(columns).slice(0, MOST_COLUMNS)
  return {
    ...rest,
    name: nameOf(fileName),
    filePattern: patternOf(fileName),
    columns: named.map(({ position, header, guess, format, alternatives }) => ({
      position,
      header: header ?? (rest.dialect.hasHeader ? '' : `column ${position}`),
      field: guess,
      required: columnKinds[guess].alwaysRequired,
      format: alternatives.length > 0 ? null : format,
    })),
  }
}

/** Empty columns at the end come from a delimiter at the end of each line, and the column of reasons is ours. */
const withoutTail = (columns: readonly SampleColumn[]): SampleColumn[] => {
  const last = columns.findLastIndex(({ guess }) => guess !== 'IGNORED')
  return columns.slice(0, last + 1)
}

const nameOf = (fileName: string): string => {
  const base = fileName.replace(/^.*[/\\]/, '').replace(/\.\w{1,5}(?:\.gz)?$/i, '')
  const words = base.replaceAll(/\d{4,}|[_\-.\s]+/g, ' ').trim()
  return (/\p{L}{2}/u.test(words) ? words : 'Contacts').slice(0, 100)
}

const patternOf = (fileName: string): string => {
  const ending = /\.([a-z]{1,5})(?:\.gz)?$/i.exec(fileName)?.[1]?.toLowerCase()
  return `/**/*.${ending === undefined || /^(?:xlsx?|zip|gz|html?)$/.test(ending) ? 'csv' : ending}`
}
