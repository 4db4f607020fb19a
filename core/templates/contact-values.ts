import type { PlainValues } from './plain-columns.ts'
import { plainColumns } from './plain-columns.ts'

/** What the cells of one row become. */
export interface ContactValues extends PlainValues {
  reference: string
  /** Milliseconds since 1970; NaN until it is known. */
  occurredAt: number
  occurredAtText: string
  /** Of a date in two columns, as if UTC; NaN where there is none. */
  dayMs: number
  clockMs: number
  dayText: string
  clockText: string
  agentKey: string
}

const blank: ContactValues = {
  reference: '',
  occurredAt: Number.NaN,
  occurredAtText: '',
  dayMs: Number.NaN,
  clockMs: Number.NaN,
  dayText: '',
  clockText: '',
  agentKey: '',
  ...(Object.fromEntries(plainColumns.map(({ value }) => [value, null])) as PlainValues),
}

export const newContactValues = (): ContactValues => ({ ...blank })
