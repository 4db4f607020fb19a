import { badInput } from '../core/refusal.ts'
import type { PreviewRow as Row } from '../core/setup/preview-rows.ts'
import { type TemplatePreview as Preview, previewTemplate } from '../core/setup/preview-template.ts'
import { sampleToPreview } from '../core/setup/sample-to-preview.ts'
import { builder } from './builder.ts'
import { ColumnTemplateInput } from './column-template-input.ts'
import { Problem } from './problem.ts'
import { callerOf, rowToChange } from './targets.ts'

const PreviewRow = builder.objectRef<Row>('PreviewRow').implement({
  fields: t => ({
    number: t.exposeInt('number', { description: 'From 1, the header not counted.' }),
    reference: t.exposeString('reference', { nullable: true }),
    agentKey: t.exposeString('agentKey', { nullable: true }),
    occurredAt: t.expose('occurredAt', { type: 'DateTime', nullable: true }),
    recordingName: t.exposeString('recordingName', { nullable: true }),
    metadata: t.expose('metadata', { type: 'JSON', nullable: true }),
    problems: t.expose('problems', { type: [Problem] }),
  }),
})

const TemplatePreview = builder.objectRef<Preview>('TemplatePreview').implement({
  fields: t => ({
    accepted: t.exposeInt('accepted'),
    rejected: t.exposeInt('rejected'),
    agentsLinked: t.exposeInt('agentsLinked'),
    recordingsNamed: t.exposeInt('recordingsNamed'),
    rows: t.expose('rows', { type: [PreviewRow] }),
    problems: t.expose('problems', { type: [Problem] }),
  }),
})

/** Whose agents staff mean who name no request: nobody's. */
const NOBODY = '00000000-0000-0000-0000-000000000000'

builder.mutationField('previewColumnTemplate', t =>
  t.field({
    type: TemplatePreview,
    description:
      'Reads a sample (of a set-up request, or a file sent along) with a template and tells what would be imported. Changes nothing.',
    args: {
      template: t.arg({ type: ColumnTemplateInput, required: true }),
      setupRequestId: t.arg.id(),
      file: t.arg({ type: 'File' }),
    },
    async resolve(_, { template, setupRequestId, file }, context) {
      const { services } = context
      if (setupRequestId == null) {
        if (!file)
          throw badInput([
            { path: ['setupRequestId'], message: 'Name a set-up request, or send a file along.' },
          ])
        await context.close()
        const tenantId = callerOf(context).tenantId ?? NOBODY
        return await previewTemplate(services.database, tenantId, file.bytes, template)
      }
      const request = await rowToChange(context, 'SetupRequest', setupRequestId)
      await context.close()
      const bytes = await sampleToPreview(services, request, file ?? null)
      return await previewTemplate(services.database, request.tenantId, bytes, template)
    },
  }),
)
