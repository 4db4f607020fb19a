import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import type { CsvFinding, CsvQuestion } from './look-at-csv.ts'

export interface ToThread {
  bytes: Uint8Array<ArrayBuffer>
  question: CsvQuestion
}

/**
 * Looks at a large CSV in a thread of its own: others have their answers meanwhile, and the memory that its text and
 * rows take for a moment is given back with the thread.
 */
export async function lookInThread(bytes: Uint8Array, question: CsvQuestion): Promise<CsvFinding> {
  const worker = new Worker(new URL('./looking-thread.ts', import.meta.url))
  try {
    const copy = new Uint8Array(bytes)
    const message: ToThread = { bytes: copy, question }
    worker.postMessage(message, [copy.buffer])
    const [finding] = (await once(worker, 'message')) as [CsvFinding]
    return finding
  } finally {
    await worker.terminate()
  }
}
