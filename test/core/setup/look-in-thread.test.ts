import type { Worker } from 'node:worker_threads'
import { expect, test } from 'vitest'
import { lookAtCsv } from '../../../core/setup/look-at-csv.ts'
import { lookInThread } from '../../../core/setup/look-in-thread.ts'
import { plainFile } from './analysis/a-sample.ts'

const bytes = Buffer.from(plainFile())
const question = { fileName: 'calls.csv', recordingName: 'remark' }

test('a thread finds what is found here, and leaves the bytes as they are', async () => {
  expect(await lookInThread(bytes, question)).toEqual(lookAtCsv(bytes, question))
  expect(bytes.toString()).toBe(plainFile())
})

test('a sample that takes longer than its time is given up, and a problem says so', async () => {
  const { analysis, namingCell } = await lookInThread(bytes, question, 0)
  expect(analysis).toMatchObject({ dialect: null, rowCount: 0, columns: [], proposal: null })
  expect(analysis.problems).toMatchObject([{ code: 'NOT_ANALYSED', whoseMove: 'STAFF' }])
  expect(analysis.problems[0]?.message).toContain('could not be analysed within 20 seconds')
  expect(namingCell).toBeNull()
})

test("the thread's failure is an exception here, and no problem of the sample", async () => {
  const broken = { ...question, recordingName: 7 as unknown as string }
  await expect(lookInThread(bytes, broken)).rejects.toThrow()
})

test('of samples that come at once, one is looked at after the other, also after a failure', async () => {
  let running = 0
  let most = 0
  const count = (worker: Worker) => {
    most = Math.max(most, ++running)
    worker.once('exit', () => running--)
  }
  process.on('worker', count)
  const broken = { ...question, recordingName: 7 as unknown as string }
  const ends = await Promise.allSettled([question, broken, question].map(one => lookInThread(bytes, one)))
  process.off('worker', count)
  expect(ends.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
  expect(most).toBe(1)
})
