import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { upsertAgents } from '../../../core/agents/agents.ts'
import { knownAgentKeys } from '../../../core/agents/known-keys.ts'
import { analyseSample } from '../../../core/setup/analysis/analyse-sample.ts'
import { previewTemplate } from '../../../core/setup/preview-template.ts'
import type { ColumnTemplateInput } from '../../../core/templates/template.ts'
import { createTestDatabase, type TestDatabase } from '../../support/database.ts'
import { openImportRoom, phonenowTemplate } from '../imports/import-room.ts'
import { anInput } from '../templates/a-template.ts'

let database: TestDatabase
let tenantId: string
beforeAll(async () => {
  database = await createTestDatabase()
  tenantId = await database.createTenant()
  await database.database.asTenant(tenantId, tx =>
    upsertAgents(tx, tenantId, [
      { name: 'Ana Maria', username: 'ana', email: 'ana@example.com', aliases: ['a.m.'] },
      { name: 'Bo Lind', username: 'bo', email: 'bo@example.com' },
    ]),
  )
})
afterAll(() => database?.[Symbol.asyncDispose]())

const preview = (text: string | Buffer, input: ColumnTemplateInput) =>
  previewTemplate(database.database, tenantId, Buffer.from(text), input)

const template = anInput([
  ['Id', 'REFERENCE'],
  ['Agent', 'AGENT'],
  ['Date', 'CONTACT_DATE', 'dd/MM/yyyy HH:mm'],
  ['File', 'RECORDING'],
  ['Topic', 'METADATA'],
])

const header = 'Id,Agent,Date,File,Topic,Extra\n'

test('tells row by row what would be imported', async () => {
  const rows = [
    'C1,ANA,01/03/2026 10:00,rec\\c1.wav,"tab\there, a \\ and\nmore",x',
    'C2,nobody,02/03/2026 10:00,rec/C1.mp3,,',
    'C3,a.m.,33/03/2026 10:00,c3.wav,,y',
    'C1,bo,03/03/2026 10:00,,again,',
    ',bo,31/03/2026,,,',
  ]
  const { rows: shown, problems, ...counts } = await preview(header + rows.join('\n'), template)
  expect(counts).toEqual({ accepted: 3, rejected: 2, agentsLinked: 2, recordingsNamed: 1 })
  expect(shown[0]).toEqual({
    number: 1,
    reference: 'C1',
    agentKey: 'ANA',
    occurredAt: new Date('2026-03-01T09:00:00Z'),
    recordingName: 'rec\\c1.wav',
    metadata: { Topic: 'tab\there, a \\ and\nmore', Extra: 'x' },
    problems: [],
  })
  expect(shown.map(({ number, reference, agentKey }) => [number, reference, agentKey])).toEqual([
    [1, 'C1', 'ANA'],
    [2, 'C2', 'nobody'],
    [3, 'C3', 'a.m.'],
    [4, 'C1', 'bo'],
    [5, null, 'bo'],
  ])
  expect(shown[2]).toMatchObject({
    occurredAt: null,
    metadata: null,
    problems: [{ code: 'BAD_DATE', row: 3, column: 3, details: { value: '33/03/2026 10:00' } }],
  })
  expect(shown[4]?.problems.map(({ code }) => code)).toEqual(['MISSING_VALUE', 'BAD_DATE'])
  expect(problems.map(({ code }) => code)).toEqual(['BAD_DATE', 'MISSING_VALUE'])
})

test('a file that does not fit is refused as an import would, with the columns side by side', async () => {
  const { problems, ...counts } = await preview('Id,Agent,When\nC1,ana,x\n', template)
  expect(counts).toEqual({ accepted: 0, rejected: 0, agentsLinked: 0, recordingsNamed: 0, rows: [] })
  expect(problems).toMatchObject([{ code: 'HEADER_MISMATCH', details: { columns: expect.any(Array) } }])
})

test('more rejected rows than agreed are said beside the rows', async () => {
  const bad = Array.from({ length: 80 }, (_, row) => `C${row},ana,soon,,,`).join('\n')
  const found = await preview(`${header}${bad}\nC99,ana,01/03/2026 10:00,,,\n`, template)
  expect(found).toMatchObject({ accepted: 1, rejected: 80, agentsLinked: 1 })
  expect(found.rows).toHaveLength(50)
  expect(found.problems.map(({ code }) => code)).toEqual(['TOO_MANY_REJECTED', 'BAD_DATE'])
})

test('a line that cannot be read is a rejected row', async () => {
  const found = await preview(
    `${header}C1,ana,01/03/2026 10:00,,"a" b,\nC2,ana,01/03/2026 10:00,,,\n`,
    template,
  )
  expect(found).toMatchObject({ accepted: 1, rejected: 1 })
  expect(found.rows[0]).toMatchObject({ number: 1, reference: null, problems: [{ code: 'BAD_QUOTE' }] })
})

test('an unsound template is BAD_INPUT with a path to each field', async () => {
  const unsound = { ...template, timeZone: 'Mars/Olympus', columns: template.columns.slice(1) }
  await expect(preview(header, unsound)).rejects.toMatchObject({
    code: 'BAD_INPUT',
    fields: [{ path: ['template', 'columns'] }, { path: ['template', 'timeZone'] }],
  })
})

test("another tenant's agents answer to nothing", async () => {
  const other = await database.createTenant()
  const bytes = Buffer.from(`${header}C1,ana,01/03/2026 10:00,,,\n`)
  expect(await previewTemplate(database.database, other, bytes, template)).toMatchObject({
    accepted: 1,
    agentsLinked: 0,
  })
})

const file = new URL('../../../../shared/data/phonenow-calls.csv', import.meta.url)
const body = await readFile(file).catch(() => undefined)

test.skipIf(!body)(
  `a real export's own proposal reads it as the import does (needs ${fileURLToPath(file)})`,
  async () => {
    await using room = await openImportRoom({ templates: [phonenowTemplate] })
    for (const name of ['Becky', 'Dan', 'Diane', 'Greg', 'Jim', 'Joe', 'Martha']) await room.addAgent(name)
    const bytes = body ?? Buffer.of()
    const knownAgents = await room.inTenant(tx => knownAgentKeys(tx, room.tenantId))
    const analysis = analyseSample(bytes, { fileName: 'phonenow-calls.csv', knownAgents })
    expect(analysis.knownAgentShare).toBe(7 / 8)
    expect(analysis.problems).toMatchObject([
      { code: 'UNKNOWN_AGENTS', whoseMove: 'ADMIN', details: { unknown: 1, agents: 8 } },
    ])
    if (analysis.proposal === null) throw new Error('nothing was proposed')
    const input = { ...anInput(), ...analysis.proposal }
    const found = await previewTemplate(room.database, room.tenantId, bytes, input)
    expect(found).toMatchObject({
      accepted: 5000,
      rejected: 0,
      agentsLinked: 7,
      recordingsNamed: 0,
      problems: [],
    })
    expect(found.rows[0]).toMatchObject({
      reference: 'ID0001',
      agentKey: 'Diane',
      metadata: { Topic: 'Contract related' },
    })
    // Nothing was changed.
    expect(await room.contacts()).toEqual([])
    const [kept] = await room.inTenant(tx =>
      tx.execute<{ files: number }>(sql`select count(*)::int as files from uploaded_files`),
    )
    expect(kept?.files).toBe(0)
  },
)
