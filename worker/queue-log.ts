import { Logger } from 'graphile-worker'
import type { Log } from '../core/log.ts'

/**
 * The job queue's own words, in our log. Its messages about failed tasks quote errors, which may hold values: those
 * are logged by whoever runs the task, and left out here.
 */
export const queueLog = (log: Log): Logger =>
  new Logger(scope => (level, message, meta) => {
    const { taskIdentifier, jobId } = scope as { taskIdentifier?: string; jobId?: string }
    const fields = { ...(taskIdentifier ? { task: taskIdentifier } : {}), ...(jobId ? { job: jobId } : {}) }
    if (meta?.['failure'] === true) return
    if (level === 'error') log.error(fields, message)
    else if (level === 'warning') log.warn(fields, message)
    else log.debug(fields, message)
  })
