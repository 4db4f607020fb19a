import { parentPort } from 'node:worker_threads'
import { lookAtCsv } from './look-at-csv.ts'
import type { ToThread } from './look-in-thread.ts'

/** The thread's own program: one question, one answer. */
parentPort?.once('message', ({ bytes, question }: ToThread) => {
  parentPort?.postMessage(lookAtCsv(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength), question))
})
