/** What the cells of one row become. One object is used for all rows of a file and cleared between them. */
export interface ContactValues {
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
  direction: string | null
  channel: string | null
  customerPhone: string | null
  durationSeconds: number | null
  queue: string | null
  campaign: string | null
  disposition: string | null
  externalUrl: string | null
  recordingName: string | null
  screenRecordingName: string | null
}

export type TextValue =
  | 'direction'
  | 'channel'
  | 'customerPhone'
  | 'queue'
  | 'campaign'
  | 'disposition'
  | 'externalUrl'
  | 'recordingName'
  | 'screenRecordingName'

export const newContactValues = (): ContactValues => ({
  reference: '',
  occurredAt: Number.NaN,
  occurredAtText: '',
  dayMs: Number.NaN,
  clockMs: Number.NaN,
  dayText: '',
  clockText: '',
  agentKey: '',
  direction: null,
  channel: null,
  customerPhone: null,
  durationSeconds: null,
  queue: null,
  campaign: null,
  disposition: null,
  externalUrl: null,
  recordingName: null,
  screenRecordingName: null,
})

export const clearContactValues = (values: ContactValues): void => {
  values.occurredAt = Number.NaN
  values.dayMs = Number.NaN
  values.clockMs = Number.NaN
  values.direction = null
  values.channel = null
  values.customerPhone = null
  values.durationSeconds = null
  values.queue = null
  values.campaign = null
  values.disposition = null
  values.externalUrl = null
  values.recordingName = null
  values.screenRecordingName = null
}
