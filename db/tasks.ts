import { z } from 'zod'

const tenantId = z.uuid()

/**
 * Every task of the job queue with its payload: parsed when it is queued and when it is run.
 *
 * run-imports       takes the tenant's oldest waiting import, and the next, until none waits
 * link-contacts     after imports' commits: links what their own transactions could not see
 * link-evaluations  after an evaluation that found no contact: links it should one have come meanwhile
 * link-agents       after agents or aliases were made: claims past contacts
 * write-receipt     a receipt for a file that becomes no import
 * tell-discarded    receipts for files that were sent again after they had been deleted on purpose
 * match-recordings  finds out what stored recordings are, and which contacts they belong to
 * queue-recordings  jobs for tenants whose recordings or imported contacts wait and have none (cron)
 * remove-objects    removes bytes whose keys are gone
 * queue-removals    queues remove-objects again for tenants whose removals still wait (cron)
 * sweep             works off a run of a tenant's retention rule
 * begin-nights      begins the runs of tenants whose night has come (cron)
 * settle-uploads    completes or gives up uploads whose process died (cron)
 * delete-samples    destroys samples of set-up requests whose time is up (cron)
 * remove-orphans    removes bytes that no row knows (cron)
 */
export const tasks = {
  'run-imports': z.object({ tenantId }),
  'link-contacts': z.object({ tenantId }),
  'link-evaluations': z.object({ tenantId }),
  'link-agents': z.object({ tenantId, agentIds: z.array(z.uuid()) }),
  'write-receipt': z.object({ tenantId, fileId: z.uuid() }),
  'tell-discarded': z.object({ tenantId }),
  'match-recordings': z.object({ tenantId }),
  'queue-recordings': z.object({}),
  'remove-objects': z.object({ tenantId }),
  'queue-removals': z.object({}),
  sweep: z.object({ tenantId, runId: z.uuid() }),
  'begin-nights': z.object({}),
  'settle-uploads': z.object({}),
  'delete-samples': z.object({}),
  'remove-orphans': z.object({}),
}

export type TaskName = keyof typeof tasks
export type TaskPayload<N extends TaskName> = z.infer<(typeof tasks)[N]>
