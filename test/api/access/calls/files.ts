import { type Calls, fresh, id } from '../call.ts'

const template = {
  name: 'Calls',
  dialect: {},
  columns: [
    { header: 'Id', field: 'REFERENCE' },
    { header: 'Agent', field: 'AGENT' },
    { header: 'Date', field: 'CONTACT_DATE', format: 'ISO' },
  ],
  agentKey: 'EMAIL',
  timeZone: 'UTC',
}

export const fileCalls: Calls = {
  'Mutation.createColumnTemplate': { arguments: { template, tenantId: id('Tenant') } },
  'Mutation.reviseColumnTemplate': { arguments: { id: fresh('ColumnTemplate'), template } },
  'Mutation.retireColumnTemplate': { arguments: { id: fresh('ColumnTemplate') } },
  // Nothing is stored of a file of this world, and its bytes are not there.
  'Mutation.importAgain': {
    arguments: { fileId: id('UploadedFile'), columnTemplateId: id('ColumnTemplate') },
    answers: 'CONFLICT',
    foreign: { columnTemplateId: 'CONFLICT' },
  },
  'Mutation.undoImport': { arguments: { id: fresh('Import') } },
  'Mutation.linkRecording': {
    arguments: { recordingId: fresh('Recording'), contactId: fresh('Contact') },
  },
  'Mutation.unlinkRecording': {
    arguments: { recordingId: fresh('Recording'), contactId: fresh('Contact') },
    answers: 'CONFLICT',
  },
  'Subscription.imports': { arguments: { tenantId: id('Tenant') } },
  'Subscription.importProgress': { arguments: { id: id('Import') } },
}
