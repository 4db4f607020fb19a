import { sweep } from '../../core/retention/sweep.ts'
import { defineTask } from '../task.ts'

/** Works off a run of a tenant's retention rule. */
export const sweepTask = defineTask('sweep', async ({ tenantId, runId }, { signal, ...ports }) => {
  await sweep(ports, tenantId, runId, signal)
})
