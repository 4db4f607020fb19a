import { removeOrphans } from '../../core/vault/remove-orphans.ts'
import { defineTask } from '../task.ts'

/** Every night: removes bytes that a process put into the bucket and died before it could put them on record. */
export const removeOrphansTask = defineTask(
  'remove-orphans',
  async (_, { database, vault, log, clock, signal }) => {
    const removed = await removeOrphans({ database, bucket: vault.bucket, now: clock(), signal })
    if (removed.objects > 0 || removed.uploads > 0) log.info(removed, 'orphans removed')
  },
)
