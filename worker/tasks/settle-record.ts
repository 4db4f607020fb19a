import { destructionRecord } from '../../core/retention/record.ts'
import { requireRecord } from '../../core/retention/settle-record.ts'
import { defineTask } from '../task.ts'

/** Every few minutes: settles destructions that a crash left neither confirmed nor void. */
export const settleRecordTask = defineTask('settle-record', async (_, { database, vault }) => {
  await requireRecord(database, destructionRecord(vault))
})
