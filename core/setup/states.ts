import { and, eq } from 'drizzle-orm'
import { type Tx, tables } from '../../db/db.ts'
import { notFound, Refusal } from '../refusal.ts'

const { setupRequests } = tables

/**
 * A set-up request is what a customer asks for: that the files of one of their systems become contacts. Its states, whose
 * turn it is in each, and what is true then:
 *
 *   SUBMITTED          staff's     the sample was analysed; a person looks at what was proposed
 *   CHANGES_REQUESTED  customer's  something was asked, in the last message of staff
 *   APPROVED           nobody's    the template and the account are there
 *   REJECTED           nobody's    the last message says why
 *   WITHDRAWN          nobody's    the customer does not want it any more
 *
 * What leads where, from the two states that are not decided; in the other three every step is CONFLICT:
 *
 *   reply           the customer says something, or a new sample comes   SUBMITTED
 *   remark          staff say something                                  as it was
 *   requestChanges  staff ask for something                              CHANGES_REQUESTED
 *   approve         staff                                                APPROVED
 *   reject          staff                                                REJECTED
 *   withdraw        the customer                                         WITHDRAWN
 *
 * Every step is decided under the row's lock, and written in the transaction of what it does.
 */
export type SetupRequest = typeof setupRequests.$inferSelect
export type SetupStatus = SetupRequest['status']

export type Step = 'reply' | 'remark' | 'requestChanges' | 'approve' | 'reject' | 'withdraw'

const leadsTo: Record<Step, SetupStatus | undefined> = {
  reply: 'SUBMITTED',
  remark: undefined,
  requestChanges: 'CHANGES_REQUESTED',
  approve: 'APPROVED',
  reject: 'REJECTED',
  withdraw: 'WITHDRAWN',
}

/** Whose turn it is; nobody's once decided. */
export const waitingFor = (status: SetupStatus): 'STAFF' | 'ADMIN' | null =>
  status === 'SUBMITTED' ? 'STAFF' : status === 'CHANGES_REQUESTED' ? 'ADMIN' : null

/** Goes one step, and answers the request as it is then. NOT_FOUND for none, CONFLICT once it is decided. */
export async function takeStep(
  tx: Tx,
  tenantId: string,
  id: string,
  step: Step,
  now: Date,
): Promise<SetupRequest> {
  const [request] = await tx.select().from(setupRequests).where(own(tenantId, id)).for('update')
  const before = undecided(request)
  const status = leadsTo[step] ?? before.status
  const turn = waitingFor(status)
  // Whoever is asked twice has waited since the first time.
  const since = turn === waitingFor(before.status) ? before.waitingSince : now
  const [taken] = await tx
    .update(setupRequests)
    .set({ status, decidedAt: turn === null ? now : null, waitingSince: turn === null ? null : since })
    .where(own(tenantId, id))
    .returning()
  if (!taken) throw new Error(`set-up request ${id} was lost under its lock`)
  return taken
}

/** A first look, before work that a step needs is done: the step itself looks again, under the lock. */
export async function requireUndecided(tx: Tx, tenantId: string, id: string): Promise<void> {
  const [request] = await tx.select().from(setupRequests).where(own(tenantId, id))
  undecided(request)
}

const own = (tenantId: string, id: string) =>
  and(eq(setupRequests.tenantId, tenantId), eq(setupRequests.id, id))

function undecided(request: SetupRequest | undefined): SetupRequest {
  if (!request) throw notFound('This set-up request')
  if (waitingFor(request.status) === null) throw decided(request)
  return request
}

function decided({ status, decidedAt }: SetupRequest): Refusal {
  const words = { APPROVED: 'approved', REJECTED: 'rejected', WITHDRAWN: 'withdrawn' } as Record<
    string,
    string
  >
  const day = decidedAt?.toISOString().slice(0, 10)
  return new Refusal(
    'CONFLICT',
    `This set-up request was ${words[status] ?? 'decided'} on ${day}, and stays so: submit a new one to go on.`,
  )
}
