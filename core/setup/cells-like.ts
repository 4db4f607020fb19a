import { recordingKey } from '../recordings/recording-names.ts'
import type { Dialect } from '../templates/template.ts'
import { sampleRecords } from './analysis/sample-records.ts'
import { sampleText } from './analysis/sample-text.ts'

/** Cells of the records of a sample that may name a recording; most records are passed over without being taken apart. */
export function* cellsLike(csv: Buffer, dialect: Dialect | null, recordingName: string): Generator<string> {
  const read = sampleText(csv)
  const key = recordingKey(recordingName)
  if (dialect === null || 'code' in read || key === '') return
  const records = sampleRecords(read.text, dialect)
  for (let index = 0; index < records.count; index++)
    if (records.text(index).normalize('NFC').toLowerCase().includes(key))
      for (const cell of records.cells(index)) yield cell.trim()
}
