import { templatesInForce } from '../../core/imports/templates-in-force.ts'
import { notFound, Refusal } from '../../core/refusal.ts'
import { previewTemplate, type TemplatePreview } from '../../core/setup/preview-template.ts'
import type { Database } from '../../db/db.ts'
import { encodeNodeId } from '../../schema/node-id.ts'
import type { Call, Result, Subject } from './command.ts'
import { idIn, tenantNamed } from './named.ts'
import { asTable } from './print.ts'

export const template: Subject = {
  summary: 'how contact files are read',
  verbs: {
    list: { usage: 'TENANT', summary: 'Templates in force.', run: list },
    test: {
      usage: 'TENANT FILE [--template TEMPLATE]',
      summary:
        "What would come of a file; 1 when rows are rejected. Without a template the tenant's only one.",
      options: { template: { type: 'string' } },
      run: test,
    },
  },
}

async function list(call: Call): Promise<Result> {
  const { database } = await call.reach()
  const { id: tenantId } = await tenantNamed(database, call.words[0] ?? '')
  const value = (await inForce(database, tenantId)).map(
    ({ id, name, version, filePattern, agentKey, timeZone }) => ({
      id: encodeNodeId('ColumnTemplate', id),
      name,
      version,
      filePattern,
      agentKey,
      timeZone,
    }),
  )
  return { value, text: asTable(value, ['name', 'version', 'filePattern', 'agentKey', 'timeZone', 'id']) }
}

/** By the import's own reading; nothing is kept. */
async function test(call: Call): Promise<Result> {
  const [tenantName = '', file] = call.words
  const bytes = await call.read(file)
  const { database } = await call.reach()
  const { id: tenantId } = await tenantNamed(database, tenantName)
  const chosen = await templateNamed(database, tenantId, call.option('template'))
  const value = await previewTemplate(database, tenantId, bytes, chosen)
  return { value, text: told(value), failed: value.rejected > 0 || value.problems.length > 0 }
}

async function templateNamed(database: Database, tenantId: string, typed: string | undefined) {
  const all = await inForce(database, tenantId)
  const id = typed === undefined ? undefined : idIn(typed, 'ColumnTemplate')
  const fitting = typed === undefined ? all : all.filter(one => (id ? one.id === id : one.name === typed))
  const [only, ...others] = fitting
  if (!only) throw notFound(typed === undefined ? 'A template of this tenant' : `The template ${typed}`)
  if (others.length > 0)
    throw new Refusal(
      'CONFLICT',
      `There are ${fitting.length} templates to choose from (${fitting.map(({ name }) => name).join(', ')}): say which by --template and its name or id.`,
    )
  return only
}

const inForce = (database: Database, tenantId: string) =>
  database.asTenant(tenantId, tx => templatesInForce(tx, tenantId))

function told({
  accepted,
  rejected,
  agentsLinked,
  recordingsNamed,
  rows,
  problems,
}: TemplatePreview): string {
  const counts = `accepted ${accepted}, rejected ${rejected}; ${agentsLinked} agents known, ${recordingsNamed} recordings named.`
  const shown = rows.map(({ problems: faults, ...row }) => ({
    ...row,
    problem: faults.map(({ message }) => message).join(' '),
  }))
  const columns = ['number', 'reference', 'agentKey', 'occurredAt', 'recordingName', 'problem'] as const
  return [
    counts,
    ...problems.map(({ code, message }) => `${code}: ${message}`),
    asTable(shown, columns),
  ].join('\n')
}
