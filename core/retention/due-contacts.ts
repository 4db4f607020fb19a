import { type SQL, sql } from 'drizzle-orm'
import type { Tx } from '../../db/db.ts'
import type { DoomedContact } from './remove-contacts.ts'
import type { Cutoffs, RetentionClock } from './rule.ts'

/** The column that a rule's days are counted from. */
export const clockColumn = (clock: RetentionClock): SQL =>
  sql.raw(clock === 'IMPORTED_AT' ? 'c.imported_at' : 'c.occurred_at')

/** True for a contact `c` that is overdue. What protects it stands in its own row, which its lock reads once more. */
export function isOverdue({ clock, unevaluated, evaluated }: Cutoffs): SQL {
  const at = clockColumn(clock)
  const before = (moment: Date | null) =>
    moment === null ? sql`false` : sql`${at} < ${moment.toISOString()}::timestamptz`
  return sql`c.hold_count = 0 and case when c.evaluated_at is null then ${before(unevaluated)} else ${before(evaluated)} end`
}

/** How far a run has got: contacts are taken in the order of their clock. */
export interface Place {
  at: string
  id: string
}

export const beginning: Place = { at: '-infinity', id: '00000000-0000-0000-0000-000000000000' }

/**
 * The next overdue contacts after a place, locked. Those that somebody else holds at this moment are passed over: the
 * run goes on until none is left (sweep.ts). `last` is none when there are no more.
 */
export async function lockOverdue(
  tx: Tx,
  tenantId: string,
  due: Cutoffs,
  after: Place,
  most: number,
): Promise<{ contacts: DoomedContact[]; last: Place | undefined }> {
  const overdue = overdueIn(tenantId, due)
  if (overdue === undefined) return { contacts: [], last: undefined }
  const at = clockColumn(due.clock)
  const rows = await tx.execute<{ id: string; hash: string; at: string }>(sql`
    select c.id, c.reference_hash as hash, ${at}::text as at
      from contacts c
     where ${overdue} and (${at}, c.id) > (${after.at}::timestamptz, ${after.id}::uuid)
     order by ${at}, c.id
     limit ${most}
       for update of c skip locked`)
  const end = rows.at(-1)
  return {
    contacts: rows.map(({ id, hash }) => ({ id, hash })),
    last: end && rows.length === most ? { at: end.at, id: end.id } : undefined,
  }
}

/** Whether any is left, whoever holds it. */
export async function isAnyOverdue(tx: Tx, tenantId: string, due: Cutoffs): Promise<boolean> {
  const overdue = overdueIn(tenantId, due)
  if (overdue === undefined) return false
  const [row] = await tx.execute<{ any: boolean }>(
    sql`select exists (select from contacts c where ${overdue}) as any`,
  )
  return row?.any === true
}

/** True for a contact `c` that a run destroys; none when the rule destroys nothing. One for which an evaluation waits is no such contact. */
function overdueIn(tenantId: string, due: Cutoffs): SQL | undefined {
  const latest = [due.unevaluated, due.evaluated].filter(moment => moment !== null)
  if (latest.length === 0) return undefined
  const horizon = new Date(Math.max(...latest.map(Number))).toISOString()
  return sql`
    c.tenant_id = ${tenantId} and ${clockColumn(due.clock)} < ${horizon}::timestamptz
      and c.reference_hash is not null and ${isOverdue(due)}
      and not exists (select from evaluations e
                       where e.tenant_id = c.tenant_id and e.contact_id is null and e.withdrawn_at is null
                         and e.contact_reference = c.reference)`
}
