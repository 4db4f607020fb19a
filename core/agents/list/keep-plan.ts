import { and, eq, inArray, ne, sql } from 'drizzle-orm'
import { enqueue, newIds, type Tx, tables } from '../../../db/db.ts'
import { keysOf } from '../keys.ts'
import type { BookedAgent } from './agent-book.ts'
import type { AgentPlan } from './plan-agents.ts'

const { agentKeys, agents } = tables

type KeptAgent = BookedAgent & { id: string }

/** Rows a statement: PostgreSQL takes 65,535 parameters, and a job's payload should stay small. */
const SHARE = 1_000

/** Keeps what was planned, a thousand agents with a few statements, and queues the jobs that link past contacts. */
export async function keepPlan(tx: Tx, tenantId: string, { created, updated }: AgentPlan): Promise<void> {
  const known = updated.flatMap(agent => (agent.id === null ? [] : [{ ...agent, id: agent.id }]))
  // All keys are taken away before any is put: one may pass from agent to agent.
  for (const share of shares(known)) {
    await updateAgents(tx, tenantId, share)
    await takeKeys(tx, tenantId, share)
  }
  const made: KeptAgent[] = []
  for (const share of shares(created)) made.push(...(await insertAgents(tx, tenantId, share)))
  for (const share of shares([...known, ...made])) {
    await putKeys(tx, tenantId, share)
    await enqueue(tx, 'link-agents', { tenantId, agentIds: share.map(agent => agent.id) })
  }
}

async function insertAgents(tx: Tx, tenantId: string, share: readonly BookedAgent[]): Promise<KeptAgent[]> {
  const ids = await newIds(tx, share.length)
  const made = share.map((agent, at) => ({ ...agent, id: ids[at] ?? '' }))
  await tx.insert(agents).values(
    made.map(({ id, name, email, username, externalId }) => ({
      tenantId,
      id,
      name,
      email,
      username,
      externalId,
    })),
  )
  return made
}

async function updateAgents(tx: Tx, tenantId: string, share: readonly KeptAgent[]): Promise<void> {
  const rows = share.map(({ id, name, email, username, externalId }) => ({
    id,
    name,
    email,
    username,
    externalId,
  }))
  await tx.execute(sql`
    update agents a
       set name = r.name, email = r.email, username = r.username, external_id = r."externalId"
      from json_to_recordset(${JSON.stringify(rows)}::text::json)
             as r (id uuid, name text, email text, username text, "externalId" text)
     where a.tenant_id = ${tenantId} and a.id = r.id`)
}

async function takeKeys(tx: Tx, tenantId: string, share: readonly KeptAgent[]): Promise<void> {
  const ids = share.map(agent => agent.id)
  await tx
    .delete(agentKeys)
    .where(
      and(eq(agentKeys.tenantId, tenantId), inArray(agentKeys.agentId, ids), ne(agentKeys.kind, 'ALIAS')),
    )
}

async function putKeys(tx: Tx, tenantId: string, share: readonly KeptAgent[]): Promise<void> {
  const rows = share.flatMap(agent => keysOf({ ...agent, tenantId }, [...agent.aliases.values()]))
  const { tenantId: tenant, kind, key, agentId } = agentKeys
  // Aliases that were there stay; a key that is another agent's would be a fault of the plan.
  for (const part of shares(rows))
    await tx
      .insert(agentKeys)
      .values(part)
      .onConflictDoNothing({ target: [tenant, kind, key, agentId] })
}

function* shares<T>(items: readonly T[]): Generator<T[]> {
  for (let from = 0; from < items.length; from += SHARE) yield items.slice(from, from + SHARE)
}
