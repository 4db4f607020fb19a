import { queueWaitingRecordings } from '../../core/recordings/queue-waiting.ts'
import { defineTask } from '../task.ts'

/** Every minute: tenants whose recordings wait get a job, should theirs have been lost or put off. */
export const queueRecordingsTask = defineTask('queue-recordings', async (_, { database }) => {
  await queueWaitingRecordings(database)
})
