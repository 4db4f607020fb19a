import type { TaskName } from '../db/db.ts'
import type { Task } from './task.ts'
import { beginNightsTask } from './tasks/begin-nights.ts'
import { deleteSamplesTask } from './tasks/delete-samples.ts'
import { linkAgentsTask } from './tasks/link-agents.ts'
import { linkContactsTask } from './tasks/link-contacts.ts'
import { linkEvaluationsTask } from './tasks/link-evaluations.ts'
import { matchRecordingsTask } from './tasks/match-recordings.ts'
import { queueRecordingsTask } from './tasks/queue-recordings.ts'
import { queueRemovalsTask } from './tasks/queue-removals.ts'
import { removeObjectsTask } from './tasks/remove-objects.ts'
import { removeOrphansTask } from './tasks/remove-orphans.ts'
import { runImportsTask } from './tasks/run-imports.ts'
import { settleUploadsTask } from './tasks/settle-uploads.ts'
import { sweepTask } from './tasks/sweep.ts'
import { tellDiscardedTask } from './tasks/tell-discarded.ts'
import { writeReceiptTask } from './tasks/write-receipt.ts'

/** Every task has its file here; one that db/tasks.ts names and nobody runs does not compile. */
export const allTasks: Readonly<Record<TaskName, Task>> = {
  'run-imports': runImportsTask,
  'link-contacts': linkContactsTask,
  'link-evaluations': linkEvaluationsTask,
  'link-agents': linkAgentsTask,
  'write-receipt': writeReceiptTask,
  'tell-discarded': tellDiscardedTask,
  'match-recordings': matchRecordingsTask,
  'queue-recordings': queueRecordingsTask,
  'remove-objects': removeObjectsTask,
  'queue-removals': queueRemovalsTask,
  sweep: sweepTask,
  'begin-nights': beginNightsTask,
  'settle-uploads': settleUploadsTask,
  'delete-samples': deleteSamplesTask,
  'remove-orphans': removeOrphansTask,
}

/** When the tasks come that nobody queues, UTC, and how often each is tried. */
const times = {
  'settle-uploads': { at: '* * * * *', tries: 1 },
  'begin-nights': { at: '*/5 * * * *', tries: 3 },
  'queue-recordings': { at: '* * * * *', tries: 1 },
  'queue-removals': { at: '*/20 * * * *', tries: 1 },
  'delete-samples': { at: '47 2 * * *', tries: 3 },
  'remove-orphans': { at: '17 3 * * *', tries: 3 },
} satisfies Partial<Record<TaskName, { at: string; tries: number }>>

/** As graphile-worker reads it. A tick replaces one that still waits; one that comes late finds nothing left to do. */
export const crontab = Object.entries(times)
  .map(([task, { at, tries }]) => `${at} ${task} ?max=${tries}&jobKey=${task}&jobKeyMode=replace`)
  .join('\n')
