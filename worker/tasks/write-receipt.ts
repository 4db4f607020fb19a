import { writeIgnoredReceipt } from '../../core/receipts/ignored-file.ts'
import { defineTask } from '../task.ts'

/** A receipt for a file that becomes no import. */
export const writeReceiptTask = defineTask(
  'write-receipt',
  async ({ tenantId, fileId }, { database, clock }) => {
    await database.asTenant(tenantId, tx => writeIgnoredReceipt(tx, tenantId, fileId, clock()))
  },
)
