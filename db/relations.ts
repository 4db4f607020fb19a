import { defineRelations } from 'drizzle-orm'
import * as tables from './tables.ts'

/** Who belongs to whom. Every join leads with the tenant, as every key does. */
export const relations = defineRelations(tables, r => ({
  contacts: {
    agent: r.one.agents({
      from: [r.contacts.tenantId, r.contacts.agentId],
      to: [r.agents.tenantId, r.agents.id],
    }),
    import: r.one.imports({
      from: [r.contacts.tenantId, r.contacts.importId],
      to: [r.imports.tenantId, r.imports.id],
      optional: false,
    }),
    evaluations: r.many.evaluations({
      from: [r.contacts.tenantId, r.contacts.id],
      to: [r.evaluations.tenantId, r.evaluations.contactId],
    }),
    recordingLinks: r.many.recordingLinks({
      from: [r.contacts.tenantId, r.contacts.id],
      to: [r.recordingLinks.tenantId, r.recordingLinks.contactId],
      where: { state: 'LINKED' },
    }),
  },
  recordings: {
    file: r.one.uploadedFiles({
      from: [r.recordings.tenantId, r.recordings.fileId],
      to: [r.uploadedFiles.tenantId, r.uploadedFiles.id],
      optional: false,
    }),
    links: r.many.recordingLinks({
      from: [r.recordings.tenantId, r.recordings.id],
      to: [r.recordingLinks.tenantId, r.recordingLinks.recordingId],
      where: { state: 'LINKED' },
    }),
    candidacies: r.many.recordingLinks({
      from: [r.recordings.tenantId, r.recordings.id],
      to: [r.recordingLinks.tenantId, r.recordingLinks.recordingId],
      where: { state: 'CANDIDATE' },
    }),
    playbacks: r.many.playbacks({
      from: [r.recordings.tenantId, r.recordings.id],
      to: [r.playbacks.tenantId, r.playbacks.recordingId],
    }),
  },
  recordingLinks: {
    contact: r.one.contacts({
      from: [r.recordingLinks.tenantId, r.recordingLinks.contactId],
      to: [r.contacts.tenantId, r.contacts.id],
      optional: false,
    }),
    recording: r.one.recordings({
      from: [r.recordingLinks.tenantId, r.recordingLinks.recordingId],
      to: [r.recordings.tenantId, r.recordings.id],
      optional: false,
    }),
  },
  agents: {
    keys: r.many.agentKeys({
      from: [r.agents.tenantId, r.agents.id],
      to: [r.agentKeys.tenantId, r.agentKeys.agentId],
    }),
  },
  imports: {
    file: r.one.uploadedFiles({
      from: [r.imports.tenantId, r.imports.fileId],
      to: [r.uploadedFiles.tenantId, r.uploadedFiles.id],
      optional: false,
    }),
    columnTemplate: r.one.columnTemplates({
      from: [r.imports.tenantId, r.imports.templateId],
      to: [r.columnTemplates.tenantId, r.columnTemplates.id],
    }),
    running: r.one.importProgress({
      from: [r.imports.tenantId, r.imports.id],
      to: [r.importProgress.tenantId, r.importProgress.importId],
    }),
    rejections: r.many.rejections({
      from: [r.imports.tenantId, r.imports.id],
      to: [r.rejections.tenantId, r.rejections.importId],
    }),
  },
  uploadedFiles: {
    uploadedBy: r.one.sftpAccounts({
      from: [r.uploadedFiles.tenantId, r.uploadedFiles.accountId],
      to: [r.sftpAccounts.tenantId, r.sftpAccounts.id],
    }),
    object: r.one.vaultObjects({
      from: [r.uploadedFiles.tenantId, r.uploadedFiles.objectId],
      to: [r.vaultObjects.tenantId, r.vaultObjects.id],
    }),
    imports: r.many.imports({
      from: [r.uploadedFiles.tenantId, r.uploadedFiles.id],
      to: [r.imports.tenantId, r.imports.fileId],
    }),
  },
  setupRequests: {
    tenant: r.one.tenants({ from: r.setupRequests.tenantId, to: r.tenants.id, optional: false }),
    messages: r.many.setupMessages({
      from: [r.setupRequests.tenantId, r.setupRequests.id],
      to: [r.setupMessages.tenantId, r.setupMessages.requestId],
    }),
    samples: r.many.setupSamples({
      from: [r.setupRequests.tenantId, r.setupRequests.id],
      to: [r.setupSamples.tenantId, r.setupSamples.requestId],
    }),
    columnTemplate: r.one.columnTemplates({
      from: [r.setupRequests.tenantId, r.setupRequests.templateId],
      to: [r.columnTemplates.tenantId, r.columnTemplates.id],
    }),
    sftpAccount: r.one.sftpAccounts({
      from: [r.setupRequests.tenantId, r.setupRequests.accountId],
      to: [r.sftpAccounts.tenantId, r.sftpAccounts.id],
    }),
  },
  sftpAccounts: {
    keys: r.many.sshKeys({
      from: [r.sftpAccounts.tenantId, r.sftpAccounts.id],
      to: [r.sshKeys.tenantId, r.sshKeys.accountId],
    }),
  },
}))
