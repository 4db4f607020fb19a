import { linkContacts } from '../../core/imports/link-contacts.ts'
import { defineTask } from '../task.ts'

/** After an import's commit: links what its own transaction could not see. */
export const linkContactsTask = defineTask(
  'link-contacts',
  async ({ tenantId, importId }, { database, log }) => {
    const linked = await database.asTenant(tenantId, tx => linkContacts(tx, tenantId))
    if (linked > 0) log.info({ tenantId, importId, linked }, 'contacts linked after their import')
  },
)
