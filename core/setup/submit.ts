import { type Tx, tables } from '../../db/db.ts'
import type { RequestAnalysis } from './analyse.ts'
import type { StoredSamples } from './samples.ts'
import type { SetupRequest } from './states.ts'
import type { Form } from './submission.ts'

const { setupRequests } = tables

/** A request with its samples, on record with the caller's commit. From then on it is staff's turn. */
export async function submitSetupRequest(
  tx: Tx,
  tenantId: string,
  form: Form,
  { samples, analysis }: { samples: StoredSamples; analysis: RequestAnalysis & Record<string, unknown> },
  now: Date,
): Promise<SetupRequest> {
  const [request] = await tx
    .insert(setupRequests)
    .values({ tenantId, ...form, analysis, submittedAt: now, waitingSince: now })
    .returning()
  if (!request) throw new Error('no set-up request was made')
  await samples.attach(tx, request, now)
  return request
}
