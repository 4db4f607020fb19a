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

/** UTC, as graphile-worker counts it; a tick that comes late finds nothing left to do. */
export const crontab = [
  '* * * * * settle-uploads ?max=1&jobKey=settle-uploads&jobKeyMode=replace',
  '*/5 * * * * begin-nights ?max=3&jobKey=begin-nights&jobKeyMode=replace',
  '* * * * * queue-recordings ?max=1&jobKey=queue-recordings&jobKeyMode=replace',
  '*/20 * * * * queue-removals ?max=1&jobKey=queue-removals&jobKeyMode=replace',
  '47 2 * * * delete-samples ?max=3&jobKey=delete-samples&jobKeyMode=replace',
  '17 3 * * * remove-orphans ?max=3&jobKey=remove-orphans&jobKeyMode=replace',
].join('\n')
