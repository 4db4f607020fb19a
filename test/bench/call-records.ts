import type { ColumnTemplate } from '../../core/templates/template.ts'
import { smallTemplate, templateColumns } from '../support/contact-files.ts'

/** Call records as a recorder exports them: twelve columns, two of which are kept as metadata. */
export const callTemplate: ColumnTemplate = {
  ...smallTemplate,
  name: 'calls',
  columns: templateColumns(
    ['Conversation', 'REFERENCE'],
    ['Agent', 'AGENT'],
    ['Start', 'CONTACT_DATE', 'ISO'],
    ['Direction', 'DIRECTION'],
    ['Channel', 'CHANNEL'],
    ['Number', 'CUSTOMER_PHONE'],
    ['Duration', 'DURATION', 'h:mm:ss'],
    ['Queue', 'QUEUE'],
    ['Disposition', 'DISPOSITION'],
    ['Recording', 'RECORDING'],
    ['Skill', 'METADATA'],
    ['Rating', 'METADATA'],
  ),
}

const HEADER = `${callTemplate.columns.map(column => column.header).join(',')}\r\n`
const queues = ['Sales', 'Support', 'Billing, late', 'Retention', 'Technical Support']
const dispositions = ['Resolved', 'Follow-up', 'Escalated', 'No answer']

/** The same rows for the same number, some thousand to a piece. */
export function* callRecords(count: number, agents: number, withHeader = true): Generator<Buffer> {
  const start = Date.UTC(2026, 0, 1)
  let text = withHeader ? HEADER : ''
  for (let index = 0; index < count; index++) {
    const at = new Date(start + index * 7_000).toISOString()
    const mixed = (index * 2_654_435_761) % 4_294_967_296
    const reference = `c${mixed.toString(16).padStart(8, '0')}-${index.toString(36)}`
    const queue = queues[mixed % queues.length] ?? ''
    text += `${reference},agent${mixed % agents},${at},${mixed % 3 ? 'inbound' : 'outbound'},voice,+49${1_510_000_000 + (mixed % 90_000_000)},0:${pad(mixed % 60)}:${pad(index % 60)},${queue.includes(',') ? `"${queue}"` : queue},${dispositions[index % 4]},rec/2026/${reference}.wav,skill ${mixed % 40},${(index % 5) + 1}\r\n`
    if (text.length > 200_000) {
      yield Buffer.from(text)
      text = ''
    }
  }
  yield Buffer.from(text)
}

const pad = (value: number) => String(value).padStart(2, '0')
