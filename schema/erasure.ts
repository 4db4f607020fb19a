import { badInput, Refusal } from '../core/refusal.ts'
import { eraseContacts, Held } from '../core/retention/erase.ts'
import { destructionRecord } from '../core/retention/record.ts'
import { builder } from './builder.ts'
import { linkFor } from './link.ts'
import { encodeNodeId, idOf } from './node-id.ts'
import { callerOf, changeTenant, rowToChange } from './targets.ts'

const Erasure = builder.drizzleNode('erasures', {
  name: 'Erasure',
  id: { column: row => row.id },
  select: { columns: { tenantId: true, id: true } },
  fields: t => ({
    at: t.expose('at', { type: 'DateTime' }),
    contacts: t.exposeInt('contacts'),
    recordings: t.exposeInt('recordings'),
    recordingsLeft: t.exposeInt('recordingsLeft', {
      description:
        'Recordings that may be theirs and were left: another contact names or has them, or more than 20 of the name have no contact. Link those that are before you erase.',
    }),
    completeBy: t.expose('completeBy', {
      type: 'DateTime',
      description: 'When the last raw file and report that held their rows is gone as well.',
    }),
    certificateUrl: t.string({
      description: 'A signed JSON document without personal data.',
      select: { columns: { certificateId: true } },
      resolve: ({ tenantId, certificateId }, _, context) =>
        linkFor(context, { kind: 'certificate', tenantId, id: certificateId }),
    }),
  }),
})

const what = 'This contact'

builder.mutationFields(t => ({
  eraseContacts: t.field({
    type: Erasure,
    description: "Erasure on a person's request: now, whatever the rule says; refused for contacts on hold.",
    args: { ids: t.arg.idList({ required: true }), reason: t.arg.string({ required: true }) },
    async resolve(_, { ids, reason }, context) {
      const [first] = ids
      if (first === undefined) throw badInput([{ path: ['ids'], message: 'Name the contacts to erase.' }])
      const { tenantId } = await rowToChange(context, 'Contact', first)
      const contactIds = ids.map(id => idOf('Contact', id, what))
      const { vault, clock, log } = context.services
      const record = destructionRecord(vault)
      const wish = { contactIds, reason, by: callerOf(context).name, now: clock() }
      const { erasure, number } = await changeTenant(context, tenantId, async tx => {
        const result = await eraseContacts(tx, { vault, record }, tenantId, wish)
        const { contacts, recordings, recordingsLeft } = result.erasure
        const details = { contacts, recordings, recordingsLeft, reason }
        return { result, deed: { action: 'eraseContacts', subject: result.erasure.id, details } }
      }).catch(namingHolds)
      // It happened. What is not confirmed here is settled with the next look at the record, in minutes.
      await record
        .settle(number, 'done')
        .catch((error: unknown) =>
          log.warn({ err: error, tenantId, destruction: number }, 'an erasure is not confirmed yet'),
        )
      return erasure
    },
  }),
}))

/** Holds by the ids that callers know. */
function namingHolds(error: unknown): never {
  if (!(error instanceof Held)) throw error
  const ids = error.holds.map(id => encodeNodeId('LegalHold', id)).join(', ')
  throw new Refusal('CONFLICT', `${error.message} On hold by: ${ids}`)
}
