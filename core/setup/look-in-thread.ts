import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import { problem } from './analysis/sample-problem.ts'
import { unreadable } from './analysis/unreadable.ts'
import type { CsvFinding, CsvQuestion } from './look-at-csv.ts'

export interface ToThread {
  bytes: Uint8Array<ArrayBuffer>
  question: CsvQuestion
}

/** Some twenty times what 25 MB take: whoever sent the sample waits for the answer. */
const MOST_SECONDS = 20

let last: Promise<unknown> = Promise.resolve()

/**
 * Looks at a large CSV in a thread of its own: others have their answers meanwhile, and the memory that its text and
 * rows take for a moment is given back with the thread. There is one such thread at a time, since 25 MB take some
 * hundreds of MB. When its time is up a problem says that nothing was found.
 */
export function lookInThread(
  bytes: Uint8Array,
  question: CsvQuestion,
  seconds = MOST_SECONDS,
): Promise<CsvFinding> {
  const looked = last.then(() => look(bytes, question, seconds))
  last = looked.catch(() => {
    // Told to whoever asked.
  })
  return looked
}

async function look(bytes: Uint8Array, question: CsvQuestion, seconds: number): Promise<CsvFinding> {
  const timeUp = AbortSignal.timeout(seconds * 1000)
  const worker = new Worker(new URL('./looking-thread.ts', import.meta.url))
  try {
    const copy = new Uint8Array(bytes)
    const message: ToThread = { bytes: copy, question }
    worker.postMessage(message, [copy.buffer])
    const [finding] = (await once(worker, 'message', { signal: timeUp })) as [CsvFinding]
    return finding
  } catch (error) {
    if (timeUp.aborted) return notAnalysed()
    throw error
  } finally {
    await worker.terminate()
  }
}

const notAnalysed = (): CsvFinding => ({
  analysis: unreadable(
    problem(
      'NOT_ANALYSED',
      'STAFF',
      `The file could not be analysed within ${MOST_SECONDS} seconds, so that nothing is proposed. Look at it, or ask the sender for a shorter sample, such as the contacts of one day.`,
    ),
  ),
  namingCell: null,
})
