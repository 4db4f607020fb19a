import { eq } from 'drizzle-orm'
import { analyseSamples } from '../core/setup/analyse.ts'
import { requireText } from '../core/setup/messages.ts'
import { analyseAgain, replyToSetupRequest } from '../core/setup/reply.ts'
import { withSamples } from '../core/setup/samples.ts'
import { requireUndecided } from '../core/setup/states.ts'
import { readForm, requireSizes } from '../core/setup/submission.ts'
import { submitSetupRequest } from '../core/setup/submit.ts'
import { builder } from './builder.ts'
import { newestFirst, page } from './paging.ts'
import { SetupRequest, SetupRequestConnection } from './setup-request-node.ts'
import { speakerOf } from './speaker.ts'
import { changeTenant, rowToChange, tenantToChange } from './targets.ts'
import { Tenant } from './tenant-node.ts'

const SubmitSetupRequestInput = builder.inputType('SubmitSetupRequestInput', {
  fields: t => ({
    contactName: t.string({ required: true }),
    contactEmail: t.string({ required: true }),
    contactPhone: t.string(),
    sourceSystem: t.string({ required: true }),
    notes: t.string(),
    sampleCsv: t.field({ type: 'File', required: true, description: 'At most 25 MB.' }),
    sampleRecording: t.field({ type: 'File', description: 'At most 20 MB.' }),
    sshPublicKey: t.string(),
  }),
})

builder.drizzleObjectFields(Tenant, t => ({
  setupRequests: t.connection(
    {
      type: SetupRequest,
      resolve: (tenant, args, context, info) =>
        page(context, info, args, {
          table: 'setupRequests',
          where: row => eq(row.tenantId, tenant.id),
          order: newestFirst,
        }),
    },
    SetupRequestConnection,
  ),
}))

builder.mutationFields(t => ({
  submitSetupRequest: t.field({
    type: SetupRequest,
    args: { input: t.arg({ type: SubmitSetupRequestInput, required: true }), tenantId: t.arg.id() },
    async resolve(_, { input, tenantId: given }, context) {
      const tenantId = await tenantToChange(context, given)
      const form = readForm(input)
      await context.close()
      const { services } = context
      const { sampleCsv: csv, sampleRecording: recording = null } = input
      const analysis = await analyseSamples(services.database, tenantId, { csv, recording })
      return await withSamples(services, tenantId, { CSV: csv, RECORDING: recording }, samples =>
        changeTenant(context, tenantId, async tx => {
          const result = await submitSetupRequest(tx, tenantId, form, { samples, analysis }, services.clock())
          const details = { sourceSystem: form.sourceSystem, samples: samples.kinds }
          return { result, deed: { action: 'submitSetupRequest', subject: result.id, details } }
        }),
      )
    },
  }),
  replyToSetupRequest: t.field({
    type: SetupRequest,
    args: {
      id: t.arg.id({ required: true }),
      text: t.arg.string({ required: true }),
      sampleCsv: t.arg({ type: 'File' }),
      sampleRecording: t.arg({ type: 'File' }),
    },
    async resolve(_, { id: given, text, sampleCsv, sampleRecording }, context) {
      const { id, tenantId } = await rowToChange(context, 'SetupRequest', given)
      const { services } = context
      const speaker = speakerOf(context)
      const said = requireText(text, 'text')
      const files = { sampleCsv: sampleCsv ?? null, sampleRecording: sampleRecording ?? null }
      requireSizes(files)
      await context.close()
      await services.database.asTenant(tenantId, tx => requireUndecided(tx, tenantId, id))
      const found =
        sampleCsv || sampleRecording ? await analyseAgain(services, tenantId, id, files) : undefined
      return await withSamples(services, tenantId, { CSV: sampleCsv, RECORDING: sampleRecording }, samples =>
        changeTenant(context, tenantId, async tx => {
          const brought = found ? { samples, found } : null
          const reply = { speaker, text: said, brought }
          const result = await replyToSetupRequest(tx, tenantId, id, reply, services.clock())
          const details = { samples: samples.kinds }
          return { result, deed: { action: 'replyToSetupRequest', subject: id, details } }
        }),
      )
    },
  }),
}))
