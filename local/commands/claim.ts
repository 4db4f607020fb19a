import { desc, eq } from 'drizzle-orm'
import { notFound } from '../../core/refusal.ts'
import { endClaim } from '../../core/setup/claims/end-claims.ts'
import { tables } from '../../db/db.ts'
import { encodeNodeId } from '../../schema/node-id.ts'
import type { Call, Result, Subject } from './command.ts'
import { changeAsOperator, idIn, tenantNamed } from './named.ts'
import { asTable } from './print.ts'

const { claimLinks, sftpAccounts } = tables

export const claim: Subject = {
  summary: 'links by which customers take their first key or token',
  verbs: {
    list: { usage: 'TENANT', summary: 'Links of a tenant, newest first; never what opens them.', run: list },
    revoke: { usage: 'TENANT ID', summary: 'Ends a link that went to the wrong people.', run: revoke },
  },
}

async function list(call: Call): Promise<Result> {
  const { database } = await call.reach()
  const { id: tenantId } = await tenantNamed(database, call.words[0] ?? '')
  const now = call.clock()
  const rows = await database.asTenant(tenantId, tx =>
    tx
      .select({ claim: claimLinks, account: sftpAccounts.username })
      .from(claimLinks)
      .leftJoin(sftpAccounts, eq(sftpAccounts.id, claimLinks.accountId))
      .where(eq(claimLinks.tenantId, tenantId))
      .orderBy(desc(claimLinks.id)),
  )
  const value = rows.map(({ claim: { id, kind, name, createdAt, expiresAt, usedAt }, account }) => {
    const state = usedAt ? 'used' : expiresAt > now ? 'waiting' : 'expired'
    return { id: encodeNodeId('ClaimLink', id), state, kind, name, account, createdAt, expiresAt, usedAt }
  })
  return {
    value,
    text: asTable(value, ['state', 'kind', 'name', 'account', 'createdAt', 'expiresAt', 'usedAt', 'id']),
  }
}

async function revoke(call: Call): Promise<Result> {
  const { database } = await call.reach()
  const [tenantName = '', typed = ''] = call.words
  const { id: tenantId } = await tenantNamed(database, tenantName)
  const id = idIn(typed, 'ClaimLink')
  if (id === undefined) throw notFound(`The link ${typed}`)
  const ended = await changeAsOperator(database, tenantId, async tx => {
    const result = await endClaim(tx, tenantId, id, call.clock())
    return {
      result,
      deed: { action: 'endClaimLink', subject: id, details: { kind: result.kind, name: result.name } },
    }
  })
  const { kind, name, expiresAt } = ended
  const value = { id: encodeNodeId('ClaimLink', id), kind, name, expiresAt }
  return { value, text: `The link for "${name}" opens nothing any more.` }
}
