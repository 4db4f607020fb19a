import { tellDiscarded } from '../../core/receipts/tell-discarded.ts'
import { defineTask } from '../task.ts'

/** Receipts for files that were sent again after they had been deleted on purpose, once no more come. */
export const tellDiscardedTask = defineTask('tell-discarded', async ({ tenantId }, { database, clock }) => {
  await tellDiscarded(database, tenantId, clock())
})
