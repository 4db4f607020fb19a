import { eq } from 'drizzle-orm'
import { type StaffTx, type Tx, tables } from '../../db/db.ts'
import { badInput, type FieldFault, notFound, Refusal } from '../refusal.ts'
import { ruleInForce } from '../retention/rule.ts'
import { isTimeZone } from '../templates/zone.ts'
import type { Vault } from '../vault/vault.ts'
import { givenNumbers, type NumberSettings, numberFaults } from './settings.ts'

const { tenantKeys, tenants } = tables

export type Tenant = typeof tenants.$inferSelect

export interface TenantWish {
  name: string
  slug: string
  timeZone: string
}

/** What a tenant's administrator may set; what is left out stays as it is. */
export interface TenantSettings extends NumberSettings {
  name?: string | null | undefined
  timeZone?: string | null | undefined
}

const SLUG = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/

/** Makes a tenant with its first key of the vault, without which nothing of it could be stored. CONFLICT when the slug is taken. */
export async function createTenant(
  tx: StaffTx,
  vault: Pick<Vault, 'newTenantKey'>,
  wish: TenantWish,
): Promise<Tenant> {
  const faults = faultsOf(wish, 'input')
  if (!SLUG.test(wish.slug))
    faults.push({
      path: ['input', 'slug'],
      message:
        'A slug has 1 to 63 lower-case letters, digits and -, and begins and ends with none of the last.',
    })
  if (faults.length > 0) throw badInput(faults)
  const [tenant] = await tx
    .insert(tenants)
    .values({ ...wish, name: wish.name.trim() })
    .onConflictDoNothing()
    .returning()
  if (!tenant) throw new Refusal('CONFLICT', `The slug ${wish.slug} is taken: choose another.`)
  const wrappedKey = await vault.newTenantKey(tenant.id)
  await tx.insert(tenantKeys).values({ tenantId: tenant.id, version: 1, wrappedKey })
  return tenant
}

export async function updateTenant(tx: Tx, tenantId: string, settings: TenantSettings): Promise<Tenant> {
  const rule = await ruleInForce(tx, tenantId)
  const faults = [...faultsOf(settings, 'settings'), ...numberFaults(settings, rule)]
  if (faults.length > 0) throw badInput(faults)
  const values = {
    ...(settings.name == null ? {} : { name: settings.name.trim() }),
    ...(settings.timeZone == null ? {} : { timeZone: settings.timeZone }),
    ...givenNumbers(settings),
  }
  const own = eq(tenants.id, tenantId)
  const rows =
    Object.keys(values).length > 0
      ? await tx.update(tenants).set(values).where(own).returning()
      : await tx.select().from(tenants).where(own)
  if (!rows[0]) throw notFound('This tenant')
  return rows[0]
}

function faultsOf({ name, timeZone }: TenantSettings, argument: string): FieldFault[] {
  const faults: FieldFault[] = []
  if (name != null && (name.trim() === '' || name.length > 200 || /\p{Cc}/u.test(name)))
    faults.push({
      path: [argument, 'name'],
      message: 'A name has 1 to 200 characters, all of them printable.',
    })
  if (timeZone != null && !isTimeZone(timeZone))
    faults.push({
      path: [argument, 'timeZone'],
      message: `"${timeZone}" is no IANA time zone, such as Europe/Paris.`,
    })
  return faults
}
