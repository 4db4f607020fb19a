import { type Calls, id } from '../call.ts'

/** Fields of guarded types below the roots; those without arguments need no line. */
export const innerCalls: Calls = {
  'Tenant.contacts': {
    arguments: { filter: { agentId: id('Agent'), importId: id('Import') }, orderBy: null },
  },
  'Tenant.contact': { arguments: { reference: 'none' } },
  'Tenant.agents': { arguments: { search: null } },
  'Tenant.unknownAgents': { arguments: {} },
  'Tenant.recordings': { arguments: { filter: null } },
  'Tenant.columnTemplates': { arguments: { includeRetired: null } },
  'Tenant.files': { arguments: { filter: null } },
  'Tenant.imports': { arguments: { filter: null } },
  'Tenant.retentionPreview': { arguments: { rule: { enabled: false } } },
  'Tenant.legalHolds': { arguments: { includeReleased: null } },
  'Tenant.auditEvents': { arguments: { filter: null } },
}
