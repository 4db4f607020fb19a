import { recordingKey } from '../../recordings/recording-names.ts'
import { guessSplitting } from './guess-splitting.ts'
import { sampleRecords } from './sample-records.ts'
import { sampleText } from './sample-text.ts'

/** Cells of a sample, of whichever column, that name this recording as imports compare names; none of what is no text. */
export const recordingsNamed = (sample: Uint8Array, fileName: string): string[] => {
  const read = sampleText(Buffer.from(sample.buffer, sample.byteOffset, sample.byteLength))
  const key = recordingKey(fileName)
  if ('code' in read || key === '') return []
  const { body, ...splitting } = guessSplitting(read.text)
  const records = sampleRecords(body, splitting)
  const found: string[] = []
  for (let index = 0; index < records.count; index++) {
    // Splitting is the dear part, and hardly a row names it.
    if (!records.text(index).normalize('NFC').toLowerCase().includes(key)) continue
    found.push(...records.cells(index).filter(cell => recordingKey(cell.trim()) === key))
  }
  return found
}
