import { sql } from 'drizzle-orm'
import type { Tx } from '../../db/db.ts'
import type { ApiRoom } from '../api/api-room.ts'

export interface Statement {
  text: string
  parameters: unknown[]
}

/** What a tenant's transactions send while something runs, with what they send it with. */
export async function recorded(room: ApiRoom, run: () => Promise<unknown>): Promise<Statement[]> {
  const statements: Statement[] = []
  const asTenant = room.database.asTenant.bind(room.database)
  room.database.asTenant = (id, work) =>
    asTenant(id, tx => {
      const session = (tx as unknown as { _: { session: { logger: unknown } } })._.session
      session.logger = {
        logQuery: (text: string, parameters: unknown[]) => statements.push({ text, parameters }),
      }
      return work(tx)
    })
  try {
    await run()
    return statements
  } finally {
    room.database.asTenant = asTenant
  }
}

export interface Plan {
  'Node Type': string
  'Index Name'?: string
  'Index Cond'?: string
  'Rows Removed by Filter'?: number
  'Actual Rows': number
  'Actual Loops': number
  Plans?: Plan[]
  'Shared Hit Blocks': number
  'Shared Read Blocks': number
}

/** The plan as the tenant's role has it, under row security. */
export async function planOf(
  room: ApiRoom,
  tenantId: string,
  { text, parameters }: Statement,
): Promise<Plan> {
  const inlined = text.replace(/\$(\d+)/g, (_, n: string) => `'${String(parameters[Number(n) - 1])}'`)
  return await room.database.asTenant(tenantId, async (tx: Tx) => {
    const rows = await tx.execute(sql.raw(`explain (analyze, buffers, format json) ${inlined}`))
    const [{ Plan: plan }] = (rows[0] as { 'QUERY PLAN': [{ Plan: Plan }] })['QUERY PLAN']
    return plan
  })
}

/** A plan's nodes, from the top. */
export const nodesOf = (plan: Plan): Plan[] => [plan, ...(plan.Plans ?? []).flatMap(nodesOf)]

export const buffersOf = (plan: Plan): number => plan['Shared Hit Blocks'] + plan['Shared Read Blocks']
