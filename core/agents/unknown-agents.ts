import { sql } from 'drizzle-orm'
import type { Tx } from '../../db/db.ts'

export interface UnknownAgent {
  /** As the file wrote it, or one of the ways it did. */
  agentKey: string
  contactCount: number
  lastSeenAt: Date
}

/** Agent keys seen in contacts that no agent answers to, most frequent first. */
export async function unknownAgents(tx: Tx, tenantId: string, first: number): Promise<UnknownAgent[]> {
  const rows = await tx.execute<{ agent_key: string; contacts: number; last_seen: string }>(sql`
    select max(agent_key) as agent_key, count(*)::int as contacts, max(updated_at) as last_seen
      from contacts
     where tenant_id = ${tenantId} and agent_id is null
     group by agent_match
     order by contacts desc, agent_match
     limit ${first}`)
  return rows.map(row => ({
    agentKey: row.agent_key,
    contactCount: row.contacts,
    lastSeenAt: new Date(row.last_seen),
  }))
}
