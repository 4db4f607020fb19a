import { execFile } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { bareEnvironment } from '../support/bare-environment.ts'
import { ask, customerWith, endedImports, type Nightdrop, sftpBatch, startNightdrop } from './nightdrop.ts'

// A file that is tried, sent, read again by another version of its template, and taken back.

let nightdrop: Nightdrop
let customer: Awaited<ReturnType<typeof customerWith>>

const program = join(import.meta.dirname, '../../local/nightdrop.ts')
const template = (more: object = {}) => ({
  name: 'Calls',
  filePattern: '/in/*.csv',
  dialect: {},
  agentKey: 'USERNAME',
  timeZone: 'UTC',
  columns: [
    { header: 'Id', field: 'REFERENCE' },
    { header: 'Agent', field: 'AGENT' },
    { header: 'When', field: 'CONTACT_DATE', format: 'dd/MM/yyyy HH:mm' },
  ],
  ...more,
})
const american = template({
  columns: template().columns.map(column =>
    column.format ? { ...column, format: 'MM/dd/yyyy HH:mm' } : column,
  ),
})
const calls = 'Id,Agent,When\nC1,ann,02/03/2026 10:00\nC2,ann,04/05/2026 11:00\n'

const mine = <T>(query: string, variables: Record<string, unknown> = {}) =>
  ask<T>(nightdrop, customer.token, query, variables)

beforeAll(async () => {
  nightdrop = await startNightdrop()
  customer = await customerWith(nightdrop, 'again', template())
  await sftpBatch(nightdrop, customer, 'mkdir in\nmkdir test\nmkdir test/in\n')
  await writeFile(join(nightdrop.folder, 'calls.csv'), calls)
}, 120_000)
afterAll(() => nightdrop?.[Symbol.asyncDispose]())

const put = (to: string) => sftpBatch(nightdrop, customer, `put ${nightdrop.folder}/calls.csv ${to}\n`)

async function contacts(): Promise<Record<string, string>> {
  const { tenant } = await mine<{
    tenant: { contacts: { edges: { node: { reference: string; occurredAt: string } }[] } }
  }>('{ tenant { contacts { edges { node { reference occurredAt } } } } }')
  return Object.fromEntries(
    tenant.contacts.edges.map(({ node }) => [node.reference, node.occurredAt.slice(0, 10)]),
  )
}

test('what is put under /test is answered under /reports/test, and leaves nothing', async () => {
  await put('test/in/calls.csv')
  const [tried] = await endedImports(nightdrop, customer.token, 1)
  expect(tried).toMatchObject({ status: 'COMPLETED', created: 2 })
  const { tenant } = await mine<{ tenant: object }>(
    '{ tenant { imports { edges { node { dryRun file { status } } } } health { lastFileAt lastImport { id } openProblems { code } } } }',
  )
  expect(tenant).toEqual({
    imports: { edges: [{ node: { dryRun: true, file: { status: 'DELETED' } } }] },
    health: { lastFileAt: null, lastImport: null, openProblems: [] },
  })
  expect(await contacts()).toEqual({})
  const answered = await sftpBatch(
    nightdrop,
    customer,
    'ls -1 reports/test/in\nls -1 test/in\nls -l test/in/calls.csv\n',
  )
  expect(answered).toMatch(/calls\.csv\.\S+\.OK\.json/)
  expect(answered, 'no listing shows the file').toContain('ls -1 test/in\nsftp> ls -l')
  expect(answered, 'its sender finds it, with its size').toMatch(/ 62 .* test\/in\/calls\.csv/)
})

test('a file is read again by a revised template, and each import is taken back', async () => {
  await put('in/calls.csv')
  const [first] = await endedImports(nightdrop, customer.token, 2)
  expect(await contacts()).toEqual({ C1: '2026-03-02', C2: '2026-05-04' })
  const { revised } = await mine<{ revised: { id: string; version: number; warnings: { code: string }[] } }>(
    'mutation ($id: ID!, $t: ColumnTemplateInput!) { revised: reviseColumnTemplate(id: $id, template: $t) { id version warnings { code } } }',
    { id: customer.templateId, t: american },
  )
  expect(revised).toMatchObject({
    version: 2,
    warnings: [{ code: 'TEMPLATE_CHANGED' }, { code: 'NEWEST_FILE' }],
  })
  const { found } = await mine<{ found: { file: { id: string } } }>(
    'query ($id: ID!) { found: node(id: $id) { ... on Import { file { id } } } }',
    { id: first?.id },
  )
  const { again } = await mine<{ again: { id: string; status: string } }>(
    'mutation ($f: ID!) { again: importAgain(fileId: $f) { id status } }',
    { f: found.file.id },
  )
  const [second] = await endedImports(nightdrop, customer.token, 3)
  expect(second).toMatchObject({ id: again.id, status: 'COMPLETED', created: 0, updated: 2 })
  expect(await contacts()).toEqual({ C1: '2026-02-03', C2: '2026-04-05' })

  await mine(
    'mutation { recordEvaluation(evaluation: { contactReference: "C2", evaluationReference: "e" }) { status } }',
  )
  const undo = (id: string | undefined) =>
    mine<{ undone: object }>(
      'mutation ($id: ID!) { undone: undoImport(id: $id) { removed restored kept import { id status } } }',
      { id },
    )
  expect((await undo(again.id)).undone).toEqual({
    removed: 0,
    restored: 1,
    kept: 1,
    import: { id: again.id, status: 'UNDONE' },
  })
  expect(await contacts()).toEqual({ C1: '2026-03-02', C2: '2026-04-05' })
  expect((await undo(first?.id)).undone).toMatchObject({ removed: 1, restored: 0, kept: 1 })
  expect(await contacts()).toEqual({ C2: '2026-04-05' })
  const { tenant } = await mine<{ tenant: { auditEvents: { edges: { node: { action: string } }[] } } }>(
    '{ tenant { auditEvents { edges { node { action } } } } }',
  )
  const actions = tenant.auditEvents.edges.map(({ node }) => node.action)
  expect(
    actions.filter(action => /^(undo|revise)|Again$/.test(action)).toSorted((a, b) => a.localeCompare(b)),
  ).toEqual(['importAgain', 'reviseColumnTemplate', 'undoImport', 'undoImport'])
})

test('an operator does both by commands', async () => {
  const [last] = await endedImports(nightdrop, customer.token, 3)
  const run = async (...typed: string[]) => {
    const env = { ...bareEnvironment(), DATA_DIR: join(nightdrop.folder, 'data') }
    const { stdout } = await promisify(execFile)(process.execPath, [program, ...typed, '--json'], { env })
    return JSON.parse(stdout)
  }
  const again = await run('import', 'again', last?.id ?? '', '--template', customer.templateId)
  expect(again).toMatchObject({ path: '/in/calls.csv', status: 'QUEUED' })
  await endedImports(nightdrop, customer.token, 4)
  expect(await contacts()).toEqual({ C1: '2026-03-02', C2: '2026-04-05' })
  expect(await run('import', 'undo', again.id)).toMatchObject({
    status: 'UNDONE',
    removed: 1,
    restored: 0,
    kept: 0,
  })
  expect(await contacts()).toEqual({ C2: '2026-04-05' })
}, 60_000)
