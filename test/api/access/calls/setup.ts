import { anInput } from '../../../core/templates/a-template.ts'
import { type Calls, fresh, id, Upload } from '../call.ts'

const sample = new Upload('calls.csv', 'Id,Agent,Date\nC1,ann,2026-01-01T10:00:00Z\n')

const form = {
  contactName: 'Ann',
  contactEmail: 'ann@example.com',
  sourceSystem: 'PhoneNow',
  sampleCsv: sample,
}

export const setupCalls: Calls = {
  'Query.setupRequests': { arguments: { filter: null } },
  'Mutation.submitSetupRequest': { arguments: { input: form, tenantId: id('Tenant') } },
  'Mutation.replyToSetupRequest': {
    arguments: { id: fresh('SetupRequest'), text: 't', sampleCsv: sample, sampleRecording: null },
  },
  'Mutation.withdrawSetupRequest': { arguments: { id: fresh('SetupRequest') } },
  'Mutation.requestSetupChanges': { arguments: { id: fresh('SetupRequest'), text: 't' } },
  'Mutation.rejectSetupRequest': { arguments: { id: fresh('SetupRequest'), reason: 'r' } },
  'Mutation.approveSetupRequest': { arguments: { id: fresh('SetupRequest'), template: anInput() } },
  'Mutation.previewColumnTemplate': {
    arguments: { template: anInput(), setupRequestId: id('SetupRequest'), file: null },
  },
}
