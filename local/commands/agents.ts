import { type AgentImport, importAgents, readList } from '../../core/agents/import-agents.ts'
import { unlinkAgentKey } from '../../core/agents/unlink-key.ts'
import { encodeNodeId } from '../../schema/node-id.ts'
import type { Call, Result, Subject } from './command.ts'
import { changeAsOperator, tenantNamed } from './named.ts'
import { asTable } from './print.ts'

export const agents: Subject = {
  summary: 'whose contacts they are',
  verbs: {
    import: {
      usage: 'TENANT [FILE] [--preview]',
      summary: 'Takes in a CSV of agents, from a file or standard input; 1 when rows were left out.',
      options: { preview: { type: 'boolean' } },
      run: takeIn,
    },
    unlink: {
      usage: 'TENANT KEY',
      summary:
        'Takes an alias away from its agent, and its contacts with it; they go to whom the key means now.',
      run: unlink,
    },
  },
}

async function unlink(call: Call): Promise<Result> {
  const { database } = await call.reach()
  const [tenantName = '', key = ''] = call.words
  const { id: tenantId } = await tenantNamed(database, tenantName)
  const { agentId, contacts } = await unlinkAgentKey(database, tenantId, key)
  await changeAsOperator(database, tenantId, async () => ({
    result: undefined,
    deed: { action: 'unlinkAgentKey', ...(agentId ? { subject: agentId } : {}), details: { key, contacts } },
  }))
  return {
    value: { agentId: agentId && encodeNodeId('Agent', agentId), contacts },
    text: `"${key}" is nobody's alias any more; ${contacts} contacts are linked anew.`,
  }
}

async function takeIn(call: Call): Promise<Result> {
  const [tenantName = '', file] = call.words
  const list = await readList(await call.read(file))
  const { database } = await call.reach()
  const { id: tenantId } = await tenantNamed(database, tenantName)
  const preview = call.flag('preview')
  if (!('rows' in list)) return told(list, preview)
  const value = preview
    ? await database.asTenant(tenantId, tx => importAgents(tx, tenantId, list, { preview }))
    : await changeAsOperator(database, tenantId, async tx => {
        const result = await importAgents(tx, tenantId, list, { preview })
        const { problems, ...counts } = result
        return { result, deed: { action: 'importAgents', details: { ...counts, problems: problems.length } } }
      })
  return told(value, preview)
}

function told(value: AgentImport, preview: boolean): Result {
  const { created, updated, unchanged, problems } = value
  const would = preview ? 'Would be ' : ''
  const counts = `${would}created ${created}, updated ${updated}, unchanged ${unchanged}; ${problems.length} problems.`
  const text =
    problems.length === 0 ? counts : `${counts}\n${asTable(problems, ['row', 'column', 'code', 'message'])}`
  return { value, text, failed: problems.some(({ code }) => code !== 'COLUMNS_IGNORED') }
}
