import { and, eq } from 'drizzle-orm'
import { type Tx, tables } from '../../db/db.ts'
import { type Account, createAccount } from '../accounts/accounts.ts'
import { addKey } from '../accounts/keys.ts'
import { createTemplate, type TemplateRow } from '../templates/create-template.ts'
import type { ColumnTemplateInput } from '../templates/template.ts'
import { type Claim, makeClaimLink } from './claims/claim-link.ts'
import { type SetupRequest, takeStep } from './states.ts'

const { setupRequests } = tables

export interface Approved {
  request: SetupRequest
  template: TemplateRow
  account: Account
  /** By which the customer makes a key; none when they brought one. Its secret is answered once. */
  link: { secret: string; claim: Claim } | null
}

/**
 * Makes the template and the account, with the key that the customer brought or a link to make one. All of it is of the
 * caller's transaction: there is all of it, or nothing.
 */
export async function approveSetupRequest(
  tx: Tx,
  tenantId: string,
  id: string,
  input: ColumnTemplateInput,
  now: Date,
): Promise<Approved> {
  const { sshPublicKey } = await takeStep(tx, tenantId, id, 'approve', now)
  const template = await createTemplate(tx, tenantId, input)
  const account = await createAccount(tx, tenantId, {})
  const link = await giveKey(tx, account, sshPublicKey, now)
  const [request] = await tx
    .update(setupRequests)
    .set({ templateId: template.id, accountId: account.id })
    .where(and(eq(setupRequests.tenantId, tenantId), eq(setupRequests.id, id)))
    .returning()
  if (!request) throw new Error(`set-up request ${id} was lost under its lock`)
  return { request, template, account, link }
}

async function giveKey(
  tx: Tx,
  { tenantId, id: accountId }: Account,
  publicKey: string | null,
  now: Date,
): Promise<Approved['link']> {
  if (publicKey === null)
    return await makeClaimLink(tx, tenantId, { kind: 'SSH_KEY', accountId, name: 'made at set-up' }, now)
  await addKey(tx, tenantId, accountId, { label: 'brought to set-up', publicKey }, now)
  return null
}
