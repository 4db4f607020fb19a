import { linkImported } from '../../core/imports/link-imported.ts'
import { defineTask } from '../task.ts'

/** After an import's commit: links what its own transaction could not see. */
export const linkContactsTask = defineTask('link-contacts', async ({ tenantId }, context) => {
  const linked = await linkImported(context, tenantId)
  if (linked > 0) context.log.info({ tenantId, linked }, 'contacts linked to agents after their imports')
})
