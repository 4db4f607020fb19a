import { type AgentImport as Imported, importAgents, readList } from '../core/agents/import-agents.ts'
import { builder } from './builder.ts'
import { Problem } from './problem.ts'
import { changeTenant, tenantToChange } from './targets.ts'

const AgentImport = builder.objectRef<Imported>('AgentImport').implement({
  fields: t => ({
    created: t.exposeInt('created'),
    updated: t.exposeInt('updated'),
    unchanged: t.exposeInt('unchanged'),
    problems: t.expose('problems', { type: [Problem] }),
  }),
})

builder.mutationField('importAgents', t =>
  t.field({
    type: AgentImport,
    description:
      'A CSV of agents with a header naming name, email, username, externalId, aliases (separated by |). With preview, changes nothing.',
    args: {
      file: t.arg({ type: 'File', required: true }),
      preview: t.arg.boolean({ required: true, defaultValue: false }),
      tenantId: t.arg.id(),
    },
    async resolve(_, { file, preview, tenantId: given }, context) {
      const tenantId = await tenantToChange(context, given)
      const list = await readList(file.bytes)
      if (!('rows' in list)) return list
      return await changeTenant(context, tenantId, async tx => {
        const result = await importAgents(tx, tenantId, list, { preview })
        const { problems, ...counts } = result
        const deed = { action: 'importAgents', details: { ...counts, problems: problems.length } }
        return { result, deed: preview ? null : deed }
      })
    },
  }),
)
