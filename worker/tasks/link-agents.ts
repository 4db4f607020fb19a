import { claimPastContacts } from '../../core/agents/claim-past-contacts.ts'
import { defineTask } from '../task.ts'

/** After agents or aliases were made: they claim their past contacts. */
export const linkAgentsTask = defineTask('link-agents', async ({ tenantId, agentIds }, { database, log }) => {
  const linked = await database.asTenant(tenantId, tx => claimPastContacts(tx, tenantId, agentIds))
  log.info({ tenantId, agents: agentIds.length, linked }, 'past contacts claimed')
})
