import { and, eq } from 'drizzle-orm'
import { setAgentActive, upsertAgents } from '../core/agents/agents.ts'
import { linkAgentKey } from '../core/agents/link-key.ts'
import { type UnknownAgent as UnknownRow, unknownAgents } from '../core/agents/unknown-agents.ts'
import { builder } from './builder.ts'
import { atMost, type Order, page } from './paging.ts'
import { contains } from './search.ts'
import { changeTenant, rowToChange, tenantToChange } from './targets.ts'
import { Tenant } from './tenant-node.ts'

export const Agent = builder.drizzleNode('agents', {
  name: 'Agent',
  id: { column: row => row.id },
  select: { columns: { tenantId: true, id: true } },
  fields: t => ({
    name: t.exposeString('name'),
    email: t.exposeString('email', { nullable: true }),
    username: t.exposeString('username', { nullable: true }),
    externalId: t.exposeString('externalId', { nullable: true }),
    aliases: t.stringList({
      select: {
        with: { keys: { columns: { given: true }, where: { kind: 'ALIAS' }, orderBy: { given: 'asc' } } },
      },
      resolve: agent => agent.keys.map(key => key.given),
    }),
    active: t.exposeBoolean('active'),
    contactCount: t.int({
      complexity: 10,
      select: {
        extras: {
          contactCount: (row, { sql }) =>
            sql<number>`(select count(*)::int from contacts c where c.tenant_id = ${row.tenantId} and c.agent_id = ${row.id})`,
        },
      },
      resolve: agent => agent.contactCount,
    }),
  }),
})

const UnknownAgent = builder.objectRef<UnknownRow>('UnknownAgent').implement({
  fields: t => ({
    agentKey: t.exposeString('agentKey'),
    contactCount: t.exposeInt('contactCount'),
    lastSeenAt: t.expose('lastSeenAt', { type: 'DateTime' }),
  }),
})

const byName: Order = {
  name: 'agents',
  keys: [
    { column: 'name', kind: 'text' },
    { column: 'id', kind: 'uuid' },
  ],
  direction: 'asc',
}

builder.drizzleObjectFields(Tenant, t => ({
  agents: t.connection(
    {
      type: Agent,
      args: { search: t.arg.string() },
      resolve: (tenant, args, context, info) =>
        page(context, info, args, {
          table: 'agents',
          where: row =>
            and(
              eq(row.tenantId, tenant.id),
              contains(args.search, [row.name, row.email, row.username, row.externalId]),
            ),
          order: byName,
        }),
    },
    { name: 'AgentConnection', fields: t => ({ totalCount: t.int({ resolve: list => list.totalCount() }) }) },
    { name: 'AgentEdge' },
  ),
  unknownAgents: t.field({
    type: [UnknownAgent],
    description: 'Agent keys seen in contacts that no agent answers to, most frequent first.',
    args: { first: t.arg.int() },
    resolve: (tenant, { first }, context) => unknownAgents(context.tx, tenant.id, atMost(first)),
  }),
}))

const AgentInput = builder.inputType('AgentInput', {
  fields: t => ({
    name: t.string({ required: true }),
    email: t.string(),
    username: t.string(),
    externalId: t.string(),
    aliases: t.stringList({ description: 'Added to those there are; null adds none.' }),
  }),
})

builder.mutationFields(t => ({
  upsertAgents: t.field({
    type: [Agent],
    description:
      'Creates or updates by external id, email or user name, in that order; one that fits two agents is CONFLICT; links past contacts to them.',
    args: { agents: t.arg({ type: [AgentInput], required: true }), tenantId: t.arg.id() },
    async resolve(_, { agents, tenantId: given }, context) {
      const tenantId = await tenantToChange(context, given)
      return await changeTenant(context, tenantId, async tx => {
        const inputs = agents.map(({ name, email, username, externalId, aliases }) => ({
          name,
          email: email ?? null,
          username: username ?? null,
          externalId: externalId ?? null,
          aliases: aliases ?? null,
        }))
        const result = await upsertAgents(tx, tenantId, inputs)
        return {
          result,
          deed: { action: 'upsertAgents', details: { agents: result.map(agent => agent.id) } },
        }
      })
    },
  }),
  setAgentActive: t.field({
    type: Agent,
    args: { id: t.arg.id({ required: true }), active: t.arg.boolean({ required: true }) },
    async resolve(_, { id: given, active }, context) {
      const { id, tenantId } = await rowToChange(context, 'Agent', given)
      return await changeTenant(context, tenantId, async tx => ({
        result: await setAgentActive(tx, tenantId, id, active),
        deed: { action: 'setAgentActive', subject: id, details: { active } },
      }))
    },
  }),
  linkAgentKey: t.field({
    type: Agent,
    description: 'This key of theirs is that agent: adds an alias and links past contacts.',
    args: { agentKey: t.arg.string({ required: true }), agentId: t.arg.id({ required: true }) },
    async resolve(_, { agentKey, agentId: given }, context) {
      const { id, tenantId } = await rowToChange(context, 'Agent', given)
      return await changeTenant(context, tenantId, async tx => ({
        result: await linkAgentKey(tx, tenantId, agentKey, id),
        deed: { action: 'linkAgentKey', subject: id },
      }))
    },
  }),
}))
