import type { Calls } from '../call.ts'
import { fileCalls } from './files.ts'
import { agentCalls, evaluationCalls, tokenCalls } from './people.ts'
import { retentionCalls } from './retention.ts'
import { senderCalls } from './senders.ts'
import { setupCalls } from './setup.ts'
import { tenantCalls } from './tenants.ts'

/** A call of every root field; a new one belongs to the file of its concept. */
export const rootCalls: Calls = {
  ...tenantCalls,
  ...tokenCalls,
  ...agentCalls,
  ...evaluationCalls,
  ...senderCalls,
  ...fileCalls,
  ...setupCalls,
  ...retentionCalls,
}
