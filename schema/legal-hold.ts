import { and, eq, inArray, isNull } from 'drizzle-orm'
import { placeHold, releaseHold } from '../core/contacts/legal-holds.ts'
import { badInput } from '../core/refusal.ts'
import { tables } from '../db/db.ts'
import { builder } from './builder.ts'
import { Contact, ContactConnection, contactOrder } from './contact.ts'
import { idOf } from './node-id.ts'
import { page } from './paging.ts'
import { selectRows } from './rows.ts'
import { callerOf, changeTenant, rowToChange } from './targets.ts'
import { Tenant } from './tenant-node.ts'

const { heldContacts } = tables

const LegalHold = builder.drizzleNode('legalHolds', {
  name: 'LegalHold',
  id: { column: row => row.id },
  select: { columns: { tenantId: true, id: true } },
  fields: t => ({
    reason: t.exposeString('reason'),
    contactCount: t.exposeInt('contactCount'),
    contacts: t.connection(
      {
        type: Contact,
        resolve: ({ tenantId, id }, args, context, info) =>
          page(context, info, args, {
            table: 'contacts',
            where: row =>
              and(
                eq(row.tenantId, tenantId),
                inArray(
                  row.id,
                  context.tx
                    .select({ id: heldContacts.contactId })
                    .from(heldContacts)
                    .where(and(eq(heldContacts.tenantId, tenantId), eq(heldContacts.holdId, id))),
                ),
              ),
            order: contactOrder('OCCURRED_AT_DESC'),
          }),
      },
      ContactConnection,
    ),
    placedBy: t.exposeString('placedBy'),
    placedAt: t.expose('placedAt', { type: 'DateTime' }),
    releasedAt: t.expose('releasedAt', { type: 'DateTime', nullable: true }),
  }),
})

builder.drizzleObjectField(Tenant, 'legalHolds', t =>
  t.field({
    type: [LegalHold],
    args: { includeReleased: t.arg.boolean() },
    resolve: (tenant, { includeReleased }, context, info) =>
      selectRows(context, info, {
        table: 'legalHolds',
        where: row => and(eq(row.tenantId, tenant.id), includeReleased ? undefined : isNull(row.releasedAt)),
        orderBy: { id: 'desc' },
      }),
  }),
)

builder.mutationFields(t => ({
  placeLegalHold: t.field({
    type: LegalHold,
    args: { contactIds: t.arg.idList({ required: true }), reason: t.arg.string({ required: true }) },
    async resolve(_, { contactIds: given, reason }, context) {
      const [first] = given
      if (first === undefined)
        throw badInput([{ path: ['contactIds'], message: 'Name the contacts to hold.' }])
      const { tenantId } = await rowToChange(context, 'Contact', first)
      const contactIds = given.map(id => idOf('Contact', id, 'This contact'))
      const [by, now] = [callerOf(context).name, context.services.clock()]
      return await changeTenant(context, tenantId, async tx => {
        const result = await placeHold(tx, tenantId, { contactIds, reason }, { by, now })
        const details = { reason: result.reason, contacts: contactIds }
        return { result, deed: { action: 'placeLegalHold', subject: result.id, details } }
      })
    },
  }),
  releaseLegalHold: t.field({
    type: LegalHold,
    args: { id: t.arg.id({ required: true }) },
    async resolve(_, { id: given }, context) {
      const { id, tenantId } = await rowToChange(context, 'LegalHold', given)
      const [by, now] = [callerOf(context).name, context.services.clock()]
      return await changeTenant(context, tenantId, async tx => {
        const result = await releaseHold(tx, tenantId, id, { by, now })
        const details = { reason: result.reason, contacts: result.contactCount }
        return { result, deed: { action: 'releaseLegalHold', subject: id, details } }
      })
    },
  }),
}))
