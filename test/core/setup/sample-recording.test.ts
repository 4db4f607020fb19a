import { expect, test } from 'vitest'
import { describeSampleRecording } from '../../../core/setup/describe-sample-recording.ts'

const inspected = { codec: 'GSM 6.10', durationSeconds: 12.5, playable: false }

test.each([
  ['call-17.wav', ['D:\\Rec\\CALL-17.WAV'], true],
  ['rec/call-17.wav', ['other.wav', 'call-17'], true],
  ['Gespräch 17.mp3', ['gespra\u0308ch 17.wav'], true],
  ['call-17.wav', ['call-171.wav', ''], false],
  ['call-17.wav', [], false],
])('%s is named by the cells %j: %s', (fileName, names, namedByRow) => {
  expect(describeSampleRecording(inspected, fileName, names)).toEqual({ ...inspected, namedByRow })
})
