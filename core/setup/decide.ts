import type { Tx } from '../../db/db.ts'
import { addMessage, requireText, type Speaker } from './messages.ts'
import { type SetupRequest, takeStep } from './states.ts'

/** The customer does not want it any more. */
export const withdrawSetupRequest = (
  tx: Tx,
  tenantId: string,
  id: string,
  now: Date,
): Promise<SetupRequest> => takeStep(tx, tenantId, id, 'withdraw', now)

/** Staff ask for something: from now on it is the customer's turn. */
export async function requestSetupChanges(
  tx: Tx,
  tenantId: string,
  id: string,
  { speaker, text }: { speaker: Speaker; text: string },
  now: Date,
): Promise<SetupRequest> {
  const said = requireText(text, 'text')
  const request = await takeStep(tx, tenantId, id, 'requestChanges', now)
  await addMessage(tx, request, speaker, said, now)
  return request
}

/** Staff say no, and why. */
export async function rejectSetupRequest(
  tx: Tx,
  tenantId: string,
  id: string,
  { speaker, reason }: { speaker: Speaker; reason: string },
  now: Date,
): Promise<SetupRequest> {
  const said = requireText(reason, 'reason')
  const request = await takeStep(tx, tenantId, id, 'reject', now)
  await addMessage(tx, request, speaker, said, now)
  return request
}
