import { and, eq } from 'drizzle-orm'
import { enqueue, type Tx, tables } from '../../db/db.ts'
import { badInput, type FieldFault, notFound, Refusal } from '../refusal.ts'
import type { Agent, AgentInput } from './agent.ts'
import { isEmail, LONGEST_KEY } from './agent.ts'
import { findAgents } from './find-agents.ts'
import { keysOf, replaceKeys } from './keys.ts'
import { lockAgents } from './lock-agents.ts'

const { agents } = tables

const MOST = 1_000

/**
 * Creates or updates by external id, email or user name, in that order; what is left out stays as it is. One input
 * that fits two agents, or takes a key from another, is CONFLICT. Past contacts are linked by a job after the commit.
 */
export async function upsertAgents(
  tx: Tx,
  tenantId: string,
  inputs: readonly AgentInput[],
): Promise<Agent[]> {
  if (inputs.length > MOST) throw new Refusal('LIMITED', `At most ${MOST} agents at once.`)
  const faults = inputs.flatMap(faultsOf)
  if (faults.length > 0) throw badInput(faults)
  await lockAgents(tx, tenantId)
  const done: Agent[] = []
  for (const input of inputs) done.push(await upsertAgent(tx, tenantId, input))
  if (done.length > 0)
    await enqueue(tx, 'link-agents', { tenantId, agentIds: [...new Set(done.map(agent => agent.id))] })
  return done
}

export async function setAgentActive(tx: Tx, tenantId: string, id: string, active: boolean): Promise<Agent> {
  const [agent] = await tx
    .update(agents)
    .set({ active })
    .where(and(eq(agents.tenantId, tenantId), eq(agents.id, id)))
    .returning()
  if (!agent) throw notFound('This agent')
  return agent
}

async function upsertAgent(tx: Tx, tenantId: string, input: AgentInput): Promise<Agent> {
  const found = await findAgents(tx, tenantId, input)
  if (found.length > 1)
    throw new Refusal(
      'CONFLICT',
      `"${input.name}" fits ${found.length} agents (${found.map(agent => agent.name).join(', ')}): its external id, email and user name belong to different ones.`,
    )
  const values = {
    name: input.name.trim(),
    ...(input.email?.trim() ? { email: input.email.trim() } : {}),
    ...(input.username?.trim() ? { username: input.username.trim() } : {}),
    ...(input.externalId?.trim() ? { externalId: input.externalId.trim() } : {}),
  }
  const existing = found[0]
  const [agent] = existing
    ? await tx
        .update(agents)
        .set(values)
        .where(and(eq(agents.tenantId, tenantId), eq(agents.id, existing.id)))
        .returning()
    : await tx
        .insert(agents)
        .values({ tenantId, ...values })
        .returning()
  if (!agent) throw new Error('the agent was not kept')
  await replaceKeys(tx, agent, keysOf(agent, input.aliases ?? []))
  return agent
}

function faultsOf(input: AgentInput, position: number): FieldFault[] {
  const fault = (field: string, message: string) => ({ path: ['agents', String(position), field], message })
  const faults: FieldFault[] = []
  if (input.name.trim() === '') faults.push(fault('name', 'An agent needs a name.'))
  for (const field of ['name', 'email', 'username', 'externalId'] as const)
    if (!isKept(input[field] ?? ''))
      faults.push(fault(field, 'At most 320 characters, all of them printable.'))
  if (input.email?.trim() && !isEmail(input.email.trim()))
    faults.push(fault('email', `"${input.email}" is no email address.`))
  if (input.aliases?.some(alias => alias.trim() === '' || !isKept(alias)))
    faults.push(fault('aliases', 'An alias has 1 to 320 characters, all of them printable.'))
  return faults
}

const isKept = (text: string) => text.length <= LONGEST_KEY && !/\p{Cc}/u.test(text.trim())
