import type { Role } from '../core/access/roles.ts'

const everyone = ['STAFF', 'ADMIN', 'READER', 'INTEGRATION'] as const
const readers = ['STAFF', 'ADMIN', 'READER'] as const
const administrators = ['STAFF', 'ADMIN'] as const
const agentKeepers = ['STAFF', 'ADMIN', 'INTEGRATION'] as const
const evaluators = ['STAFF', 'ADMIN', 'INTEGRATION'] as const
const staff = ['STAFF'] as const
const customers = ['ADMIN'] as const

/** Types of which every field must be named below; other types are reached through these alone. */
export const guardedTypes: ReadonlySet<string> = new Set(['Query', 'Mutation', 'Subscription', 'Tenant'])

/** Who may use a field. What is not named here and belongs to a guarded type does not exist. */
const fieldRoles: Readonly<Record<string, readonly Role[]>> = {
  'Query.node': everyone,
  'Query.nodes': everyone,
  'Query.viewer': everyone,
  'Query.tenant': everyone,
  'Query.tenants': staff,
  'Query.unattributedConnections': staff,

  'Tenant.id': everyone,
  'Tenant.name': everyone,
  'Tenant.slug': everyone,
  'Tenant.timeZone': everyone,
  'Tenant.createdAt': everyone,
  'Tenant.contacts': everyone,
  'Tenant.contact': everyone,
  'Tenant.agents': everyone,
  'Tenant.unknownAgents': everyone,
  'Tenant.waitingEvaluations': everyone,
  'Tenant.columnTemplates': readers,
  'Tenant.sftpAccounts': readers,
  'Tenant.files': readers,
  'Tenant.imports': readers,
  'Tenant.apiTokens': readers,
  'Tenant.auditEvents': readers,
  'Tenant.legalHolds': readers,
  'Tenant.health': readers,
  'Tenant.settings': readers,
  'Tenant.retentionRule': readers,
  'Tenant.retentionPreview': readers,
  'Tenant.retentionRuns': readers,
  'Contact.import': readers,

  'Mutation.createTenant': staff,
  'Mutation.inviteAdministrator': staff,
  'Mutation.updateTenant': administrators,
  'Mutation.createColumnTemplate': administrators,
  'Mutation.createSftpAccount': staff,
  'Mutation.setSftpAccountEnabled': administrators,
  'Mutation.setAllowedNetworks': administrators,
  'Mutation.addSshKey': administrators,
  'Mutation.generateSshKey': customers,
  'Mutation.revokeSshKey': administrators,
  'Mutation.upsertAgents': agentKeepers,
  'Mutation.setAgentActive': agentKeepers,
  'Mutation.setRetentionRule': administrators,
  'Mutation.runRetentionSweep': staff,
  'Mutation.eraseContacts': administrators,
  'Mutation.recordEvaluation': evaluators,
  'Mutation.recordEvaluations': evaluators,
  'Mutation.withdrawEvaluation': evaluators,
  'Mutation.placeLegalHold': administrators,
  'Mutation.releaseLegalHold': administrators,
  'Mutation.createApiToken': administrators,
  'Mutation.revokeApiToken': administrators,

  'Subscription.importProgress': readers,
}

/** Who may have a node of a type by its id; a type that is not named is nobody's. */
const nodeRoles: Readonly<Record<string, readonly Role[]>> = {
  Tenant: everyone,
  Contact: everyone,
  Agent: everyone,
  ColumnTemplate: readers,
  SftpAccount: readers,
  SshKey: readers,
  UploadedFile: readers,
  Import: readers,
  RetentionRun: readers,
  Erasure: readers,
  LegalHold: readers,
  ApiToken: readers,
  AuditEvent: readers,
}

export const rolesOf = (field: string): readonly Role[] | undefined => fieldRoles[field]

export const mayHaveNode = (role: Role, type: string): boolean => nodeRoles[type]?.includes(role) ?? false

export { fieldRoles, nodeRoles }
