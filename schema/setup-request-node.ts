import type { RequestAnalysis } from '../core/setup/analyse.ts'
import type { SampleKind } from '../core/setup/samples.ts'
import { waitingFor } from '../core/setup/states.ts'
import { builder } from './builder.ts'
import { ColumnTemplate } from './column-template.ts'
import { linkFor } from './link.ts'
import { Role } from './role.ts'
import type { RowOf } from './rows.ts'
import { SampleAnalysis } from './sample-analysis.ts'
import { SftpAccount } from './sftp-account-node.ts'
import { Tenant } from './tenant-node.ts'

export const SetupRequestStatus = builder.enumType('SetupRequestStatus', {
  values: ['SUBMITTED', 'CHANGES_REQUESTED', 'APPROVED', 'REJECTED', 'WITHDRAWN'] as const,
})

const SetupMessage = builder.drizzleObject('setupMessages', {
  name: 'SetupMessage',
  select: { columns: { tenantId: true, id: true } },
  fields: t => ({
    from: t.exposeString('author'),
    role: t.expose('role', { type: Role }),
    text: t.exposeString('text'),
    at: t.expose('at', { type: 'DateTime' }),
  }),
})

type Sample = RowOf<'setupSamples'>

const SampleFile = builder.objectRef<Sample>('SampleFile').implement({
  fields: t => ({
    fileName: t.exposeString('fileName'),
    size: t.expose('size', { type: 'BigInt' }),
    mediaType: t.exposeString('mediaType'),
    downloadUrl: t.string({
      nullable: true,
      description: 'Short-lived; needs no token. Null once deleted, 30 days after the decision.',
      resolve: ({ tenantId, objectId }, _, context) =>
        objectId === null ? null : linkFor(context, { kind: 'sample', tenantId, id: objectId }),
    }),
  }),
})

const newest = (samples: readonly Sample[], kind: SampleKind) => samples.find(sample => sample.kind === kind)

export const SetupRequest = builder.drizzleNode('setupRequests', {
  name: 'SetupRequest',
  id: { column: row => row.id },
  select: { columns: { tenantId: true, id: true } },
  fields: t => ({
    tenant: t.relation('tenant', { type: Tenant }),
    status: t.expose('status', { type: SetupRequestStatus }),
    contactName: t.exposeString('contactName'),
    contactEmail: t.exposeString('contactEmail'),
    contactPhone: t.exposeString('contactPhone', { nullable: true }),
    sourceSystem: t.exposeString('sourceSystem', {
      description: 'The call-recording or contact-management platform that the files come from.',
    }),
    notes: t.exposeString('notes', { nullable: true }),
    sampleCsv: t.field({
      type: SampleFile,
      select: { with: { samples: true } },
      resolve({ id, samples }) {
        const sample = newest(samples, 'CSV')
        if (!sample) throw new Error(`set-up request ${id} has no sample`)
        return sample
      },
    }),
    sampleRecording: t.field({
      type: SampleFile,
      nullable: true,
      select: { with: { samples: true } },
      resolve: ({ samples }) => newest(samples, 'RECORDING') ?? null,
    }),
    sshPublicKey: t.exposeString('sshPublicKey', {
      nullable: true,
      description: 'The public key the customer brought, if any.',
    }),
    analysis: t.field({
      type: SampleAnalysis,
      description:
        'What the sample says about itself: dialect, columns, a proposed template and the problems found.',
      select: { columns: { analysis: true } },
      resolve: ({ analysis }) => analysis as unknown as RequestAnalysis,
    }),
    messages: t.relation('messages', { type: SetupMessage, query: { orderBy: { id: 'asc' } } }),
    waitingFor: t.field({
      type: Role,
      nullable: true,
      select: { columns: { status: true } },
      resolve: ({ status }) => waitingFor(status),
    }),
    waitingSince: t.expose('waitingSince', { type: 'DateTime', nullable: true }),
    submittedAt: t.expose('submittedAt', { type: 'DateTime' }),
    decidedAt: t.expose('decidedAt', { type: 'DateTime', nullable: true }),
    columnTemplate: t.relation('columnTemplate', { type: ColumnTemplate, nullable: true }),
    sftpAccount: t.relation('sftpAccount', { type: SftpAccount, nullable: true }),
  }),
})

export const SetupRequestConnection = builder.connectionObject(
  {
    type: SetupRequest,
    name: 'SetupRequestConnection',
    fields: t => ({ totalCount: t.int({ resolve: list => list.totalCount() }) }),
  },
  { name: 'SetupRequestEdge' },
)
