import { requireSameClock } from '../../core/operation/same-clock.ts'
import { sweep } from '../../core/retention/sweep.ts'
import { defineTask } from '../task.ts'

/** Works off a run of a tenant's retention rule. */
export const sweepTask = defineTask('sweep', async ({ tenantId, runId }, { signal, observe, ...ports }) => {
  await requireSameClock(ports.database, ports.clock())
  const ended = await sweep(ports, tenantId, runId, signal)
  for (const kind of ['contacts', 'recordings', 'files'] as const) observe?.deleted(kind, ended?.[kind] ?? 0)
})
