import type { Database } from '../../db/db.ts'
import type { Log } from '../log.ts'
import type { DestructionRecord } from './record.ts'
import { RecordAhead, requireRecord } from './settle-record.ts'

const EVERY_MS = 300_000

export interface RecordWatch extends Disposable {
  /** Rejects once the database lacks what was destroyed: it was restored under this process, which must not serve it. */
  readonly lost: Promise<never>
}

/**
 * What is asked at the start is asked again every few minutes, and what a crash left open is settled. While the database
 * or the bucket do not answer, or a file of the record cannot be read, the process goes on: whoever can write to the
 * bucket alone must not end it.
 */
export function watchRecord(
  database: Database,
  record: DestructionRecord,
  log: Log,
  everyMs = EVERY_MS,
): RecordWatch {
  const { promise: lost, reject } = Promise.withResolvers<never>()
  lost.catch(() => {
    // Told to whoever runs the process; some, such as tests, do not ask.
  })
  const look = async () => {
    try {
      await requireRecord(database, record)
    } catch (error) {
      if (error instanceof RecordAhead) reject(error)
      else log.warn({ err: error }, 'the record of what was destroyed could not be looked at')
    }
  }
  const timer = setInterval(() => void look(), everyMs)
  return { lost, [Symbol.dispose]: () => clearInterval(timer) }
}
