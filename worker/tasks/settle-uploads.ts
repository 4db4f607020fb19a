import { settleUploads } from '../../core/files/settle-uploads.ts'
import { defineTask } from '../task.ts'

/** Every minute: completes or gives up uploads whose process died. */
export const settleUploadsTask = defineTask('settle-uploads', async (_, { database, vault, log, signal }) => {
  const { failures, ...settled } = await settleUploads({ database, vault, signal })
  for (const error of failures) log.warn({ err: error }, 'an upload could not be settled')
  if (Object.values(settled).some(count => count > 0)) log.info(settled, 'uploads settled')
})
