import { createAccount } from '../../core/accounts/accounts.ts'
import { makeClaimLink } from '../../core/setup/claims/claim-link.ts'
import { updateTenant } from '../../core/tenants/tenants.ts'
import { tables } from '../../db/db.ts'
import { type ApiRoom, openApiRoom, STAFF_TOKEN } from './api-room.ts'

/** A room with claim links of both kinds, and a clock to move. */
export async function openClaimRoom(env: Record<string, string> = {}) {
  let now = new Date('2026-11-24T09:00:00Z')
  const room: ApiRoom = await openApiRoom({ clock: () => now, env })
  const tenant = await room.tenant('Mueller')
  const { tenantId } = tenant
  await room.database.asTenant(tenantId, tx => updateTenant(tx, tenantId, { name: 'Müller & Söhne <b>' }))
  await room.database.asStaff(tx =>
    tx.insert(tables.sftpHostKeys).values([
      {
        fingerprint: 'SHA256:uH3o9Zc3kJv0wq5nYp8mC1bWfR2tXgL7sDaEiKzTqPk',
        algorithm: 'ssh-ed25519',
        seenAt: now,
      },
      {
        fingerprint: 'SHA256:7mC1bWfR2tXgL7sDaEiKzTqPkuH3o9Zc3kJv0wq5nYp8',
        algorithm: 'ssh-rsa',
        seenAt: now,
      },
    ]),
  )
  return {
    ...room,
    tenant,
    pass(hours: number) {
      now = new Date(+now + hours * 3_600_000)
    },
    now: () => now,
    async keyLink() {
      return await room.database.asTenant(tenantId, async tx => {
        const account = await createAccount(tx, tenantId, {})
        const wish = { kind: 'SSH_KEY', accountId: account.id, name: 'made at set-up' } as const
        const { secret } = await makeClaimLink(tx, tenantId, wish, now)
        return { path: `/claim/${secret}`, account }
      })
    },
    async invitation() {
      const { inviteAdministrator } = await room.data<{
        inviteAdministrator: { url: string; expiresAt: string }
      }>(
        STAFF_TOKEN,
        'mutation ($t: ID!) { inviteAdministrator(tenantId: $t, name: "Petra Müller") { url expiresAt } }',
        { t: tenant.id },
      )
      return inviteAdministrator
    },
    open: (path: string, init: RequestInit = {}) => room.handler(new Request(`http://api.test${path}`, init)),
    press: (path: string, fields: Record<string, string> = {}, headers: Record<string, string> = {}) =>
      room.handler(
        new Request(`http://api.test${path}`, { method: 'POST', body: new URLSearchParams(fields), headers }),
      ),
  }
}

/** What a page shows between the tags of its one secret. */
export const secretOf = (page: string) =>
  /<pre class="secret[^>]*>([^<]*)<\/pre>/
    .exec(page)?.[1]
    ?.replace(/&#(\d+);/g, (_, code: string) => String.fromCharCode(Number(code)))
