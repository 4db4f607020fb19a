import type { tables } from '../../db/db.ts'

/**
 * Columns of contacts that one cell of a file fills, and that nothing else is to be known of on the way there: null
 * where the cell is empty. `value` is its name in the row's values and in db/tables/contacts.ts, `column` is what SQL
 * calls it, in the staging table as well.
 *
 * Digests are made in this order. So a new one goes last, and with it each contact that is sent again counts as updated
 * once.
 */
export const plainColumns = [
  { value: 'direction', column: 'direction', type: 'text' },
  { value: 'channel', column: 'channel', type: 'text' },
  { value: 'customerPhone', column: 'customer_phone', type: 'text' },
  { value: 'durationSeconds', column: 'duration_seconds', type: 'integer' },
  { value: 'queue', column: 'queue', type: 'text' },
  { value: 'campaign', column: 'campaign', type: 'text' },
  { value: 'disposition', column: 'disposition', type: 'text' },
  { value: 'externalUrl', column: 'external_url', type: 'text' },
  { value: 'recordingName', column: 'recording_name', type: 'text' },
  { value: 'screenRecordingName', column: 'screen_recording_name', type: 'text' },
] as const satisfies readonly { value: keyof Contact; column: string; type: 'text' | 'integer' }[]

type Contact = typeof tables.contacts.$inferSelect
type PlainColumn = (typeof plainColumns)[number]

export type PlainValue = PlainColumn['value']
export type TextValue = Extract<PlainColumn, { type: 'text' }>['value']

export type PlainValues = Record<TextValue, string | null> &
  Record<Exclude<PlainValue, TextValue>, number | null>
