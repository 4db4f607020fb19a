import { linkAfterCommit } from '../../core/evaluations/waiting-evaluations.ts'
import { defineTask } from '../task.ts'

/** After an evaluation that found no contact: links it should one have come meanwhile. */
export const linkEvaluationsTask = defineTask(
  'link-evaluations',
  async ({ tenantId }, { database, log, clock, signal }) => {
    const linked = await linkAfterCommit(database, tenantId, { now: clock(), signal })
    if (linked > 0) log.info({ tenantId, linked }, 'evaluations linked to contacts that came beside them')
  },
)
