import { recordingKey } from '../recordings/recording-names.ts'
import type { Dialect } from '../templates/template.ts'
import { sampleRecords } from './analysis/sample-records.ts'
import { sampleText } from './analysis/sample-text.ts'

/** The first cell of a sample that names a recording as an import would match it. Most records are not taken apart. */
export function nameInRows(csv: Buffer, dialect: Dialect | null, recordingName: string): string | undefined {
  const read = sampleText(csv)
  const key = recordingKey(recordingName)
  if (dialect === null || 'code' in read || key === '') return undefined
  const records = sampleRecords(read.text, dialect)
  for (let index = 0; index < records.count; index++) {
    if (!records.text(index).normalize('NFC').toLowerCase().includes(key)) continue
    const cell = records.cells(index).find(candidate => recordingKey(candidate.trim()) === key)
    if (cell !== undefined) return cell.trim()
  }
  return undefined
}
