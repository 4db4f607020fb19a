import { claimPastContacts } from '../../core/agents/claim-past-contacts.ts'
import { defineTask } from '../task.ts'

/** After agents or aliases were made: they claim their past contacts. */
export const linkAgentsTask = defineTask(
  'link-agents',
  async ({ tenantId, agentIds }, { database, log, signal }) => {
    const linked = await claimPastContacts(database, tenantId, { agentIds, signal })
    log.info({ tenantId, agents: agentIds.length, linked }, 'past contacts claimed')
  },
)
