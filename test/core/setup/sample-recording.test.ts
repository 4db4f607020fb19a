import { expect, test } from 'vitest'
import { recordingsNamed } from '../../../core/setup/analysis/recordings-named.ts'
import { describeSampleRecording } from '../../../core/setup/describe-sample-recording.ts'
import { plainFile, plainRows } from './analysis/a-sample.ts'

const inspected = { codec: 'GSM 6.10', durationSeconds: 12.5, playable: false }

test.each([
  ['call-17.wav', 'D:\\Rec\\CALL-17.WAV', true],
  ['rec/call-17.wav', 'call-17', true],
  ['Gespräch 17.mp3', 'gespra\u0308ch 17.wav', true],
  ['call-17.wav', '"\\\\srv\\rec, old\\call-17.wav"', true],
  ['call-17.wav', 'call-171.wav', false],
  ['call-17.wav', '', false],
])('%s is named by the cell %s: %s', (fileName, cell, namedByRow) => {
  const sample = plainFile(
    plainRows(30).map((row, index) => row.replace('remark', index === 20 ? cell : 'other.wav')),
  )
  const names = recordingsNamed(Buffer.from(sample), fileName)
  expect(describeSampleRecording(inspected, fileName, names)).toEqual({ ...inspected, namedByRow })
})

test('what is no text names nothing', () => {
  expect(recordingsNamed(Buffer.from('%PDF-1.7 call-17.wav'), 'call-17.wav')).toEqual([])
})
