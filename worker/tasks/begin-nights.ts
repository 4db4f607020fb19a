import { requireSameClock } from '../../core/operation/same-clock.ts'
import { beginNights } from '../../core/retention/nights.ts'
import { defineTask } from '../task.ts'

/** Every few minutes: begins the runs of tenants whose night has come. */
export const beginNightsTask = defineTask('begin-nights', async (_, { database, log, clock }) => {
  const now = clock()
  await requireSameClock(database, now)
  const begun = await beginNights(database, now)
  if (begun > 0) log.info({ begun }, 'retention runs begun')
})
