import { parentPort, workerData } from 'node:worker_threads'
import { FileRefused } from '../problem.ts'
import type { Reading } from './chunk.ts'
import { contactFileReader, SLICE_BYTES } from './contact-file-reader.ts'
import type { FromSource, FromThread, ThreadData, ToThread } from './thread-messages.ts'
import { OUTPUT_CREDIT } from './thread-messages.ts'

/** The thread's own program. What is no fault of the file is thrown, ends the thread, and reaches the caller. */
const port = parentPort
if (port === null) throw new Error('This file is the program of a worker thread')

const { template, options } = workerData as ThreadData
const waiting: FromSource[] = []
let credit = OUTPUT_CREDIT
let wake = () => {}

const send = (message: FromThread, transfer: ArrayBuffer[] = []) => port.postMessage(message, transfer)

const sendReading = (reading: Reading) => {
  credit--
  if (reading.kind === 'summary') return send({ kind: 'reading', reading })
  const { copy, superseded, rejectedCsv } = reading
  send({ kind: 'reading', reading }, [
    copy.buffer as ArrayBuffer,
    superseded.buffer,
    rejectedCsv.buffer as ArrayBuffer,
  ])
}

port.on('message', (message: ToThread) => {
  if (message.kind === 'wanted') credit++
  else waiting.push(message)
  wake()
})

/** Waits until `ready` is true; every message looks again. */
const until = async (ready: () => boolean) => {
  while (!ready()) await new Promise<void>(resolve => (wake = resolve))
}

const hasCredit = () => credit > 0

const read = async () => {
  const reader = contactFileReader(template, options, sendReading)
  for (;;) {
    await until(() => hasCredit() && waiting.length > 0)
    const next = waiting.shift()
    if (next === undefined) continue
    if (next.kind === 'end') return reader.end()
    if (next.kind === 'refused') return reader.refuse(next.problem)
    const bytes = Buffer.from(next.bytes.buffer, next.bytes.byteOffset, next.bytes.byteLength)
    for (let at = 0; at < bytes.length; at += SLICE_BYTES) {
      await until(hasCredit)
      await reader.push(bytes.subarray(at, at + SLICE_BYTES))
    }
    send({ kind: 'taken', bytes: bytes.length })
  }
}

try {
  await read()
  send({ kind: 'done' })
} catch (error) {
  if (!(error instanceof FileRefused)) throw error
  send({ kind: 'refused', problem: error.problem, rowsRead: error.rowsRead })
}
port.close()
