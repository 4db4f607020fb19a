import { workOffRecordings } from '../../core/recordings/work-off.ts'
import { defineTask } from '../task.ts'

/** Finds out what a tenant's stored recordings are, and which contacts they belong to. */
export const matchRecordingsTask = defineTask('match-recordings', async ({ tenantId }, context) => {
  const { inspected, failed } = await workOffRecordings(context, tenantId)
  if (inspected > 0) context.log.info({ tenantId, inspected, failed }, 'recordings looked at')
})
