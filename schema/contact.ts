import { and, eq } from 'drizzle-orm'
import { searchContacts } from '../core/contacts/search-contacts.ts'
import { ruleInForce } from '../core/retention/rule.ts'
import type { PlainValue } from '../core/templates/plain-columns.ts'
import { Agent } from './agent.ts'
import { builder } from './builder.ts'
import { ContactFilter, contactsWhere, RecordingState } from './contact-filter.ts'
import { Evaluation } from './evaluation-node.ts'
import { Import } from './import-node.ts'
import { type Order, page } from './paging.ts'
import { selectRow } from './rows.ts'
import { isText } from './search.ts'
import { Tenant } from './tenant-node.ts'

/** What single cells fill. */
const plain = {
  direction: true,
  channel: true,
  customerPhone: true,
  durationSeconds: true,
  queue: true,
  campaign: true,
  disposition: true,
  externalUrl: true,
  recordingName: true,
  screenRecordingName: true,
} as const satisfies Record<PlainValue, true>

/**
 * Everything plain of a contact is fetched with it, so that its fields only hand on what is there: a page of 50 has
 * hundreds of them, and the drizzle plugin looks each of its own fields up in its plan.
 */
export const Contact = builder.drizzleNode('contacts', {
  name: 'Contact',
  id: { column: row => row.id },
  select: {
    columns: {
      tenantId: true,
      id: true,
      reference: true,
      occurredAt: true,
      occurredAtText: true,
      agentKey: true,
      ...plain,
      recordingState: true,
      metadata: true,
      rowNumber: true,
      importedAt: true,
      updatedAt: true,
      holdCount: true,
    },
  },
  fields: t => ({
    agent: t.relation('agent', { nullable: true, type: Agent }),
    import: t.relation('import', {
      type: Import,
      description: 'That wrote it last, and the row in it.',
    }),
    evaluations: t.relation('evaluations', {
      type: Evaluation,
      description: 'Oldest first. More than one where several people evaluate the same contact.',
      query: { where: { withdrawnAt: { isNull: true } }, orderBy: { evaluatedAt: 'asc', id: 'asc' } },
    }),
  }),
})

builder.objectFields(Contact, t => ({
  reference: t.exposeString('reference'),
  occurredAt: t.expose('occurredAt', { type: 'DateTime' }),
  occurredAtText: t.exposeString('occurredAtText', { description: 'As the file wrote it.' }),
  agentKey: t.exposeString('agentKey', { description: 'As the file wrote it.' }),
  direction: t.exposeString('direction', { nullable: true }),
  channel: t.exposeString('channel', { nullable: true }),
  customerPhone: t.exposeString('customerPhone', { nullable: true }),
  durationSeconds: t.exposeInt('durationSeconds', { nullable: true }),
  queue: t.exposeString('queue', { nullable: true }),
  campaign: t.exposeString('campaign', { nullable: true }),
  disposition: t.exposeString('disposition', { nullable: true }),
  externalUrl: t.exposeString('externalUrl', { nullable: true }),
  recordingName: t.exposeString('recordingName', { nullable: true }),
  screenRecordingName: t.exposeString('screenRecordingName', { nullable: true }),
  recordingState: t.expose('recordingState', { type: RecordingState }),
  metadata: t.field({ type: 'JSON', resolve: contact => contact.metadata }),
  rowNumber: t.exposeInt('rowNumber'),
  importedAt: t.expose('importedAt', {
    type: 'DateTime',
    description: 'Of the first import of this reference.',
  }),
  updatedAt: t.expose('updatedAt', { type: 'DateTime' }),
  onHold: t.boolean({ resolve: contact => contact.holdCount > 0 }),
}))

const orders = {
  OCCURRED_AT_DESC: { column: 'occurredAt', direction: 'desc' },
  OCCURRED_AT_ASC: { column: 'occurredAt', direction: 'asc' },
  IMPORTED_AT_DESC: { column: 'importedAt', direction: 'desc' },
  IMPORTED_AT_ASC: { column: 'importedAt', direction: 'asc' },
} as const

const ContactOrder = builder.enumType('ContactOrder', {
  values: Object.keys(orders) as (keyof typeof orders)[],
})

export const contactOrder = (name: keyof typeof orders): Order => ({
  name,
  keys: [
    { column: orders[name].column, kind: 'time' },
    { column: 'id', kind: 'uuid' },
  ],
  direction: orders[name].direction,
})

export const ContactConnection = builder.connectionObject(
  {
    type: Contact,
    name: 'ContactConnection',
    fields: t => ({ totalCount: t.int({ resolve: list => list.totalCount() }) }),
  },
  { name: 'ContactEdge' },
)

builder.drizzleObjectFields(Tenant, t => ({
  contacts: t.connection(
    {
      type: Contact,
      args: { filter: t.arg({ type: ContactFilter }), orderBy: t.arg({ type: ContactOrder }) },
      async resolve(tenant, args, context, info) {
        const filter = args.filter ?? {}
        const rule = filter.deletionDueBefore ? await ruleInForce(context.tx, tenant.id) : undefined
        const matches = contactsWhere(filter, tenant.timeZone, rule)
        const sought = await searchContacts(context.tx, tenant.id, filter.search ?? '')
        return page(context, info, args, {
          table: 'contacts',
          where: row => and(eq(row.tenantId, tenant.id), matches(row), sought?.(row)),
          order: contactOrder(args.orderBy ?? 'OCCURRED_AT_DESC'),
        })
      },
    },
    ContactConnection,
  ),
  contact: t.field({
    type: Contact,
    nullable: true,
    args: { reference: t.arg.string({ required: true }) },
    resolve: (tenant, { reference }, context, info) =>
      selectRow(context, info, {
        table: 'contacts',
        where: row => and(eq(row.tenantId, tenant.id), isText(row.reference, reference)),
      }),
  }),
}))
