import { setImmediate } from 'node:timers/promises'
import type { Json, Problem } from '../imports/problem.ts'
import { FileRefused } from '../imports/problem.ts'
import type { Rejection, Summary } from '../imports/reading/chunk.ts'
import { contactFileReader, SLICE_BYTES } from '../imports/reading/contact-file-reader.ts'
import { tooManyRejected } from '../imports/reading/read-contact-file.ts'
import type { OnRow } from '../imports/reading/row-outlet.ts'
import { stagedRow } from '../imports/reading/staged-row.ts'
import type { ColumnTemplate, ContactField } from '../templates/template.ts'

/** A row as a template reads it; of a rejected one, what its cells say in the agreed places. */
export interface PreviewRow {
  /** From 1, the header not counted. */
  number: number
  reference: string | null
  agentKey: string | null
  occurredAt: Date | null
  recordingName: string | null
  metadata: { [name: string]: Json } | null
  problems: Problem[]
}

export interface PreviewedRows {
  accepted: number
  rejected: number
  /** Folded keys of the agents that accepted rows name. */
  agents: Set<string>
  /** Keys of the recordings, of sound and of screens, that accepted rows name. */
  recordings: Set<string>
  rows: PreviewRow[]
  /** What is wrong with the file, and its row faults by cause. */
  problems: Problem[]
}

/** So many rows are shown one by one. */
const SHOWN = 50

/** Reads a sample by the import's own code, and keeps what would become of it. Nothing is staged anywhere. */
export async function previewRows(bytes: Uint8Array, template: ColumnTemplate): Promise<PreviewedRows> {
  const preview: PreviewedRows = {
    accepted: 0,
    rejected: 0,
    agents: new Set(),
    recordings: new Set(),
    rows: [],
    problems: [],
  }
  const onRow: OnRow = (number, cells, outcome) => {
    if (Array.isArray(outcome)) {
      preview.rejected++
      if (preview.rows.length < SHOWN) preview.rows.push(rejectedRow(number, cells, outcome, template))
      return
    }
    preview.accepted++
    const values = stagedRow(outcome.line)
    preview.agents.add(values['agent_match'] ?? '')
    for (const name of ['recording_match', 'screen_recording_match'])
      if (values[name] != null) preview.recordings.add(`${name} ${values[name]}`)
    if (preview.rows.length < SHOWN) preview.rows.push(acceptedRow(number, values))
  }
  try {
    await readAll(bytes, template, onRow, summary => {
      const refused = tooManyRejected(summary, template)
      preview.problems = [...(refused === null ? [] : [refused]), ...summary.problems]
    })
  } catch (error) {
    if (!(error instanceof FileRefused)) throw error
    preview.problems = [error.problem]
  }
  return preview
}

async function readAll(
  bytes: Uint8Array,
  template: ColumnTemplate,
  onRow: OnRow,
  onSummary: (summary: Summary) => void,
): Promise<void> {
  const settings = { chunkBytes: 256 * 1024, rejectionLimit: 0 }
  const reader = contactFileReader(
    template,
    settings,
    reading => {
      if (reading.kind === 'summary') onSummary(reading)
    },
    onRow,
  )
  const all = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  for (let at = 0; at < all.length; at += SLICE_BYTES) {
    await reader.push(all.subarray(at, at + SLICE_BYTES))
    // Others have their turn: a sample may take a second or two.
    await setImmediate()
  }
  await reader.end()
}

const acceptedRow = (number: number, values: Record<string, string | null>): PreviewRow => ({
  number,
  reference: values['reference'] ?? null,
  agentKey: values['agent_key'] ?? null,
  occurredAt: new Date(values['occurred_at'] ?? ''),
  recordingName: values['recording_name'] ?? null,
  metadata: JSON.parse(values['metadata'] ?? '{}'),
  problems: [],
})

const rejectedRow = (
  number: number,
  cells: readonly string[] | null,
  rejections: readonly Rejection[],
  template: ColumnTemplate,
): PreviewRow => {
  const cellOf = (field: ContactField) => {
    const index = template.columns.findIndex(column => column.field === field)
    const cell = (cells?.[index] ?? '').trim()
    return cell === '' ? null : cell.slice(0, 512)
  }
  return {
    number,
    reference: cellOf('REFERENCE'),
    agentKey: cellOf('AGENT'),
    occurredAt: null,
    recordingName: cellOf('RECORDING'),
    metadata: null,
    problems: rejections.map(rejection => rowProblem(rejection, template)),
  }
}

const rowProblem = (rejection: Rejection, template: ColumnTemplate): Problem => {
  const at = template.columns.findIndex(({ header }) => header === rejection.column?.trim())
  return {
    code: rejection.code,
    message: rejection.message,
    whoseMove: 'SENDER',
    row: rejection.row,
    column: at < 0 ? null : at + 1,
    details: { column: rejection.column, value: rejection.value },
  }
}
