import { deleteSamples } from '../../core/setup/delete-samples.ts'
import { defineTask } from '../task.ts'

/** Every night: samples of set-up requests that were decided long enough ago. */
export const deleteSamplesTask = defineTask('delete-samples', async (_, { database, log, clock, signal }) => {
  const requests = await deleteSamples({ database, now: clock(), signal })
  if (requests > 0) log.info({ requests }, 'samples deleted')
})
