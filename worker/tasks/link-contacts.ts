import { claimPastContacts } from '../../core/agents/claim-past-contacts.ts'
import { linkAfterCommit } from '../../core/contacts/waiting-evaluations.ts'
import { defineTask } from '../task.ts'

/** After an import's commit: links what its own transaction could not see. */
export const linkContactsTask = defineTask(
  'link-contacts',
  async ({ tenantId, importId }, { database, log, clock, signal }) => {
    const linked = await claimPastContacts(database, tenantId, { signal })
    await linkAfterCommit(database, tenantId, { now: clock(), signal })
    if (linked > 0) log.info({ tenantId, importId, linked }, 'contacts linked after their import')
  },
)
