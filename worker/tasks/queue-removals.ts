import { queueWaitingRemovals } from '../../core/vault/waiting-removals.ts'
import { defineTask } from '../task.ts'

const LATE_HOURS = 24

/** Every twenty minutes: removals that still wait are tried again, for as long as it takes. */
export const queueRemovalsTask = defineTask('queue-removals', async (_, { database, log }) => {
  for (const { tenantId, hours } of await queueWaitingRemovals(database)) {
    if (hours > LATE_HOURS)
      log.error(
        { tenantId, hours: Math.round(hours) },
        'the bucket still holds bytes of objects that were destroyed',
      )
  }
})
