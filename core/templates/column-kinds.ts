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
 * The one place that says what each kind of column is: what it is called, which formats it takes, and how its cells are
 * checked and converted.
 */
export interface ColumnKind {
  words: string
  format: 'none' | 'date and time' | 'day' | 'time of day' | 'duration'
  /** An empty cell rejects the row, whatever the column says. */
  alwaysRequired: boolean
  /** Several columns of one template may have it. */
  repeatable: boolean
  reader: CellReaderMaker
}

const kind = (words: string, reader: CellReaderMaker, more: Partial<ColumnKind> = {}) => ({
  words,
  format: 'none' as const,
  alwaysRequired: false,
  repeatable: false,
  reader,
  ...more,
})

const always = { alwaysRequired: true }

export const columnKinds: Readonly<Record<ContactField, ColumnKind>> = {
  REFERENCE: kind('the contact reference', referenceReader, always),
  AGENT: kind('the agent', agentReader, always),
  CONTACT_DATE: kind('the contact date', dateReader, { ...always, format: 'date and time' }),
  CONTACT_DAY: kind('the day of the contact', dayReader, { ...always, format: 'day' }),
  CONTACT_TIME: kind('the time of the contact', clockReader, {
    ...always,
    format: 'time of day',
  }),
  DIRECTION: kind('the direction', textReader('direction')),
  CHANNEL: kind('the channel', textReader('channel')),
  CUSTOMER_PHONE: kind("the customer's phone", phoneReader),
  DURATION: kind('the duration', durationReader, { format: 'duration' }),
  QUEUE: kind('the queue', textReader('queue')),
  CAMPAIGN: kind('the campaign', textReader('campaign')),
  DISPOSITION: kind('the disposition', textReader('disposition')),
  EXTERNAL_URL: kind('the web address', urlReader),
  RECORDING: kind('the recording', textReader('recordingName')),
  SCREEN_RECORDING: kind('the screen recording', textReader('screenRecordingName')),
  METADATA: kind('metadata', keepsText, { repeatable: true }),
  IGNORED: kind('nothing', keepsText, { repeatable: true }),
}

export const isRequired = (column: Column): boolean =>
  column.required || columnKinds[column.field].alwaysRequired
