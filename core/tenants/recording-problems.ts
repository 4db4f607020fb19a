import { sql } from 'drizzle-orm'
import type { Tx } from '../../db/db.ts'
import { type Problem, problem } from '../imports/problem.ts'

/** Counted to here: who has more is told that it is more. */
const MOST_COUNTED = 10_000
const EXAMPLES = 3

/**
 * What waits for somebody about a tenant's recordings, each cause once with its count and three examples, the newest:
 * those that are named and have not come within the tenant's grace, those that a person must choose among, and those
 * that came damaged since `since` and were not replaced. Found by indexes, however many contacts there are.
 */
export async function recordingProblems(
  tx: Tx,
  tenantId: string,
  { now, since }: { now: Date; since: string },
): Promise<Problem[]> {
  const found = [
    await missing(tx, tenantId, now),
    await ambiguous(tx, tenantId),
    await damaged(tx, tenantId, since),
  ]
  return found.filter(one => one !== undefined)
}

type Named = { reference: string; name: string | null }
type Counted<E> = { count: number; examples: E[] }

async function missing(tx: Tx, tenantId: string, now: Date): Promise<Problem | undefined> {
  const [tenant] = await tx.execute<{ days: number }>(
    sql`select recording_grace_days as days from tenants where id = ${tenantId}`,
  )
  const days = tenant?.days ?? 0
  const until = new Date(now.getTime() - days * 86_400_000).toISOString()
  const found = await counted<Named>(
    tx,
    sql`select c.reference, case when exists (
                select from recording_links l where l.tenant_id = c.tenant_id and l.contact_id = c.id
                                                and l.state = 'LINKED' and l.slot = 'AUDIO')
              then c.screen_recording_name else coalesce(c.recording_name, c.screen_recording_name) end as name
          from contacts c
         where c.tenant_id = ${tenantId} and c.recording_state = 'MISSING' and c.imported_at < ${until}::timestamptz
         order by c.imported_at desc`,
  )
  if (!found) return undefined
  const { count, examples } = found
  const has =
    count === 1 ? 'A contact names a recording that has' : `${many(count)} contacts name recordings that have`
  return problem('RECORDING_MISSING', 'SENDER', {
    message: `${has} not come within ${days === 1 ? '1 day' : `${days} days`}: ${listed(examples, count)}. Send them, or send their contacts again with the names that the recordings have.`,
    details: { count, examples },
  })
}

async function ambiguous(tx: Tx, tenantId: string): Promise<Problem | undefined> {
  const found = await counted<Named>(
    tx,
    sql`select c.reference, coalesce(c.recording_name, c.screen_recording_name) as name
          from contacts c
         where c.tenant_id = ${tenantId} and c.recording_state = 'AMBIGUOUS'
         order by c.imported_at desc`,
  )
  if (!found) return undefined
  const { count, examples } = found
  const has = count === 1 ? 'A contact names' : `${many(count)} contacts name`
  return problem('RECORDING_AMBIGUOUS', 'ADMIN', {
    message: `${has} what several recordings may be, and nothing is guessed: ${listed(examples, count)}. Link the right one with linkRecording, or have them sent under names of their own.`,
    details: { count, examples },
  })
}

async function damaged(tx: Tx, tenantId: string, since: string): Promise<Problem | undefined> {
  const found = await counted<{ path: string; damage: string }>(
    tx,
    sql`select r.path, r.damage
          from recordings r
         where r.tenant_id = ${tenantId} and r.damage is not null and r.id >= ${since}::uuid and r.replaced_by_id is null
         order by r.id desc`,
  )
  if (!found) return undefined
  const { count, examples } = found
  const words = examples.map(({ path, damage }) => `${path}: ${damage}`).join(' ')
  const has =
    count === 1 ? 'A recording came damaged.' : `${many(count)} recordings came damaged. For example`
  return problem('RECORDING_DAMAGED', 'SENDER', {
    message: `${has} ${words} Send them again under the same names: a sound one takes the place of a damaged one.`,
    details: { count, examples },
  })
}

/** How many rows a query has, counted to a limit, and the first of them. */
async function counted<E extends Record<string, unknown>>(
  tx: Tx,
  query: ReturnType<typeof sql>,
): Promise<Counted<E> | undefined> {
  const rows = await tx.execute<{ count: number }>(
    sql`select count(*)::int as count from (select from (${query}) q limit ${MOST_COUNTED}) f`,
  )
  const count = rows[0]?.count ?? 0
  if (count === 0) return undefined
  const examples = await tx.execute<E>(sql`${query} limit ${EXAMPLES}`)
  return { count, examples: examples.map(example => example as E) }
}

const many = (count: number): string => (count === MOST_COUNTED ? `${count} or more` : String(count))

const listed = (examples: readonly Named[], count: number): string =>
  examples.map(({ reference, name }) => `${name ?? ''} of ${reference}`).join(', ') +
  (count > examples.length ? ', ...' : '')
