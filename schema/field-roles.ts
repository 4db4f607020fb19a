import type { Role } from '../core/access/roles.ts'

/**
 * Who may use what: the one table that decides. A role that may not hears FORBIDDEN whatever it names, nobody known
 * hears UNAUTHENTICATED. Whose rows it is about is decided elsewhere, by row security: staff's are all tenants', of
 * everyone else their own tenant's. Another tenant's thing is what a thing is that does not exist: null where a field may
 * be null, NOT_FOUND in mutations and subscriptions, in the same words.
 *
 * A new field of a guarded type, or a new type with ids, is a line here, and a call in test/api/access/.
 */
const everyone = ['STAFF', 'ADMIN', 'READER', 'INTEGRATION'] as const
const readers = ['STAFF', 'ADMIN', 'READER'] as const
const administrators = ['STAFF', 'ADMIN'] as const
const agentKeepers = ['STAFF', 'ADMIN', 'INTEGRATION'] as const
const evaluators = ['STAFF', 'ADMIN', 'INTEGRATION'] as const
const staff = ['STAFF'] as const
const customers = ['ADMIN'] as const

/** Types whose fields stand here each by name: the roots, and what an integration may read only in part. */
export const guardedTypes: ReadonlySet<string> = new Set([
  'Query',
  'Mutation',
  'Subscription',
  'Tenant',
  'Import',
  'UploadedFile',
])

const fieldRoles: Readonly<Record<string, readonly Role[]>> = {
  'Query.node': everyone,
  'Query.nodes': everyone,
  'Query.viewer': everyone,
  'Query.tenant': everyone,
  'Query.tenants': staff,
  'Query.setupRequests': staff,
  'Query.unattributedConnections': staff,

  'Tenant.id': everyone,
  'Tenant.name': everyone,
  'Tenant.slug': everyone,
  'Tenant.timeZone': everyone,
  'Tenant.createdAt': everyone,
  'Tenant.contacts': everyone,
  'Tenant.contact': everyone,
  'Tenant.recordings': everyone,
  'Tenant.agents': everyone,
  'Tenant.unknownAgents': everyone,
  'Tenant.waitingEvaluations': everyone,
  'Tenant.setupRequests': readers,
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

  // An integration learns by which file and when a contact came; rows and bytes of the file hold more than contacts.
  'Import.id': everyone,
  'Import.file': everyone,
  'Import.status': everyone,
  'Import.progress': everyone,
  'Import.rowsRead': everyone,
  'Import.created': everyone,
  'Import.updated': everyone,
  'Import.unchanged': everyone,
  'Import.rejected': everyone,
  'Import.unlinkedAgents': everyone,
  'Import.dryRun': everyone,
  'Import.startedAt': everyone,
  'Import.finishedAt': everyone,
  'Import.columnTemplate': readers,
  'Import.failure': readers,
  'Import.problems': readers,
  'Import.rejections': readers,
  'Import.rejectedCsvUrl': readers,

  'UploadedFile.id': everyone,
  'UploadedFile.path': everyone,
  'UploadedFile.kind': everyone,
  'UploadedFile.status': everyone,
  'UploadedFile.size': everyone,
  'UploadedFile.sha256': everyone,
  'UploadedFile.startedAt': everyone,
  'UploadedFile.storedAt': everyone,
  'UploadedFile.uploadedBy': readers,
  'UploadedFile.imports': readers,
  'UploadedFile.downloadUrl': readers,

  'Mutation.createTenant': staff,
  'Mutation.inviteAdministrator': staff,
  'Mutation.updateTenant': administrators,
  'Mutation.submitSetupRequest': administrators,
  'Mutation.replyToSetupRequest': administrators,
  'Mutation.withdrawSetupRequest': administrators,
  'Mutation.requestSetupChanges': staff,
  'Mutation.rejectSetupRequest': staff,
  'Mutation.approveSetupRequest': staff,
  'Mutation.previewColumnTemplate': administrators,
  'Mutation.createColumnTemplate': administrators,
  'Mutation.reviseColumnTemplate': administrators,
  'Mutation.retireColumnTemplate': administrators,
  'Mutation.importAgain': administrators,
  'Mutation.undoImport': administrators,
  'Mutation.createSftpAccount': staff,
  'Mutation.setSftpAccountEnabled': administrators,
  'Mutation.setAllowedNetworks': administrators,
  'Mutation.addSshKey': administrators,
  'Mutation.generateSshKey': customers,
  'Mutation.revokeSshKey': administrators,
  'Mutation.upsertAgents': agentKeepers,
  'Mutation.setAgentActive': agentKeepers,
  'Mutation.linkRecording': administrators,
  'Mutation.unlinkRecording': administrators,
  'Mutation.linkAgentKey': agentKeepers,
  'Mutation.importAgents': agentKeepers,
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
  'Subscription.imports': readers,
}

/** Who may ask `node` and `nodes` for a type by its id; a type that is not named is nobody's. */
const nodeRoles = {
  Tenant: everyone,
  Contact: everyone,
  Recording: everyone,
  Agent: everyone,
  SetupRequest: readers,
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
} as const satisfies Readonly<Record<string, readonly Role[]>>

export const rolesOf = (field: string): readonly Role[] | undefined => fieldRoles[field]

export const mayHaveNode = (role: Role, type: string): boolean =>
  (nodeRoles as Readonly<Record<string, readonly Role[]>>)[type]?.includes(role) ?? false

export const isEveryone = (roles: readonly Role[]): boolean => roles === everyone

export { fieldRoles, nodeRoles }
