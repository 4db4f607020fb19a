import type { CellReaderMaker } from './cell-readers.ts'
import {
  agentReader,
  clockReader,
  dateReader,
  dayReader,
  durationReader,
  keepsText,
  phoneReader,
  referenceReader,
  textReader,
  urlReader,
} from './cell-readers.ts'
import type { Column, ContactField } from './template.ts'

/**
 * The one place that says what each kind of column is: what it is called, which formats it takes, how its cells are
 * checked and converted, and which staging column they fill. A new kind is a line here, and a staging column if it
 * needs one of its own.
 */
export interface ColumnKind {
  words: string
  format: 'none' | 'date and time' | 'day' | 'time of day' | 'duration'
  /** An empty cell rejects the row, whatever the column says. */
  alwaysRequired: boolean
  /** Several columns of one template may have it. */
  repeatable: boolean
  /** The staging column, as `core/imports/reading/staging.ts` names it; null where nothing is kept. */
  fills: string | null
  reader: CellReaderMaker
}

const kind = (words: string, fills: string, reader: CellReaderMaker, more: Partial<ColumnKind> = {}) => ({
  words,
  format: 'none' as const,
  alwaysRequired: false,
  repeatable: false,
  fills,
  reader,
  ...more,
})

const always = { alwaysRequired: true }

export const columnKinds: Readonly<Record<ContactField, ColumnKind>> = {
  REFERENCE: kind('the contact reference', 'reference', referenceReader, always),
  AGENT: kind('the agent', 'agent_key', agentReader, always),
  CONTACT_DATE: kind('the contact date', 'occurred_at', dateReader, { ...always, format: 'date and time' }),
  CONTACT_DAY: kind('the day of the contact', 'occurred_at', dayReader, { ...always, format: 'day' }),
  CONTACT_TIME: kind('the time of the contact', 'occurred_at', clockReader, {
    ...always,
    format: 'time of day',
  }),
  DIRECTION: kind('the direction', 'direction', textReader('direction')),
  CHANNEL: kind('the channel', 'channel', textReader('channel')),
  CUSTOMER_PHONE: kind("the customer's phone", 'customer_phone', phoneReader),
  DURATION: kind('the duration', 'duration_seconds', durationReader, { format: 'duration' }),
  QUEUE: kind('the queue', 'queue', textReader('queue')),
  CAMPAIGN: kind('the campaign', 'campaign', textReader('campaign')),
  DISPOSITION: kind('the disposition', 'disposition', textReader('disposition')),
  EXTERNAL_URL: kind('the web address', 'external_url', urlReader),
  RECORDING: kind('the recording', 'recording_name', textReader('recordingName')),
  SCREEN_RECORDING: kind('the screen recording', 'screen_recording_name', textReader('screenRecordingName')),
  METADATA: kind('metadata', 'metadata', keepsText, { repeatable: true }),
  IGNORED: { ...kind('nothing', '', keepsText, { repeatable: true }), fills: null },
}

export const isRequired = (column: Column): boolean =>
  column.required || columnKinds[column.field].alwaysRequired
