import { type Calls, fresh, id } from '../call.ts'

export const retentionCalls: Calls = {
  'Mutation.setRetentionRule': {
    arguments: { rule: { enabled: false }, confirmation: null, tenantId: id('Tenant') },
  },
  'Mutation.runRetentionSweep': { arguments: { tenantId: id('Tenant') } },
  'Mutation.eraseContacts': { arguments: { ids: [fresh('Contact')], reason: 'r' } },
  'Mutation.placeLegalHold': { arguments: { contactIds: [fresh('Contact')], reason: 'r' } },
  'Mutation.releaseLegalHold': { arguments: { id: fresh('LegalHold') } },
}
