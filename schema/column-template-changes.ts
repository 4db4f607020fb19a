import { createTemplate } from '../core/templates/create-template.ts'
import { retireTemplate, reviseTemplate } from '../core/templates/revise-template.ts'
import { builder } from './builder.ts'
import { ColumnTemplate } from './column-template.ts'
import { ColumnTemplateInput } from './column-template-input.ts'
import { changeTenant, rowToChange, tenantToChange } from './targets.ts'

builder.mutationFields(t => ({
  createColumnTemplate: t.field({
    type: ColumnTemplate,
    args: { template: t.arg({ type: ColumnTemplateInput, required: true }), tenantId: t.arg.id() },
    async resolve(_, { template, tenantId: given }, context) {
      const tenantId = await tenantToChange(context, given)
      return await changeTenant(context, tenantId, async tx => {
        const result = await createTemplate(tx, tenantId, template)
        const { id: subject, name, filePattern } = result
        return { result, deed: { action: 'createColumnTemplate', subject, details: { name, filePattern } } }
      })
    },
  }),
  reviseColumnTemplate: t.field({
    type: ColumnTemplate,
    description: 'Makes the next version.',
    args: {
      id: t.arg.id({ required: true }),
      template: t.arg({ type: ColumnTemplateInput, required: true }),
    },
    async resolve(_, { id: given, template }, context) {
      const { id, tenantId } = await rowToChange(context, 'ColumnTemplate', given)
      const now = context.services.clock()
      return await changeTenant(context, tenantId, async tx => {
        const result = await reviseTemplate(tx, tenantId, id, template, now)
        const { id: subject, version, name, filePattern } = result
        const details = { revised: id, version, name, filePattern }
        return { result, deed: { action: 'reviseColumnTemplate', subject, details } }
      })
    },
  }),
  retireColumnTemplate: t.field({
    type: ColumnTemplate,
    args: { id: t.arg.id({ required: true }) },
    async resolve(_, { id: given }, context) {
      const { id, tenantId } = await rowToChange(context, 'ColumnTemplate', given)
      const now = context.services.clock()
      return await changeTenant(context, tenantId, async tx => {
        const { template: result, changed } = await retireTemplate(tx, tenantId, id, now)
        return { result, deed: { action: 'retireColumnTemplate', subject: id, details: { changed } } }
      })
    },
  }),
}))
