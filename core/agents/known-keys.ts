import { eq } from 'drizzle-orm'
import { type Tx, tables } from '../../db/db.ts'
import type { AgentKeyRow } from './keys.ts'

const { agentKeys } = tables

/** Every key that a tenant's agents are known by, to compare a sample with. */
export async function knownAgentKeys(
  tx: Tx,
  tenantId: string,
): Promise<Pick<AgentKeyRow, 'agentId' | 'kind' | 'key'>[]> {
  return await tx
    .select({ agentId: agentKeys.agentId, kind: agentKeys.kind, key: agentKeys.key })
    .from(agentKeys)
    .where(eq(agentKeys.tenantId, tenantId))
}
