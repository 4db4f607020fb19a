import { removeObjects } from '../../core/vault/remove-objects.ts'
import { defineTask } from '../task.ts'

/** Removes bytes whose keys are gone. */
export const removeObjectsTask = defineTask(
  'remove-objects',
  async ({ tenantId }, { database, vault, signal }) => {
    await removeObjects(database, vault.bucket, tenantId, signal)
  },
)
