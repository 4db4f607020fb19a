import { readdirSync, readFileSync } from 'node:fs'
import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { runImports } from '../../core/imports/run-imports.ts'
import { openLog } from '../../core/log.ts'
import type { ColumnTemplateInput, ContactField, Dialect } from '../../core/templates/template.ts'
import { templateOf, validateTemplate } from '../../core/templates/validate-template.ts'
import { tables } from '../../db/db.ts'
import { openTreeRoom, send } from '../core/files/tree-room.ts'
import { anInput, dialect } from '../core/templates/a-template.ts'
import { addTemplate } from '../support/contact-files.ts'

/**
 * Files as senders send them, each with its template and what becomes of it beside it, in a JSON file of its name:
 * sent, imported and answered by the real parts. A new file here is a new test.
 */
type TemplateOfCase = Partial<Omit<ColumnTemplateInput, 'columns' | 'dialect'>> & {
  columns: [header: string, field: ContactField, format?: string][]
  dialect?: Partial<Dialect>
}

interface Case {
  about: string
  template?: TemplateOfCase
  templates?: TemplateOfCase[]
  outcome: {
    /** Of the receipt of the file, or of an archive. */
    verdict: 'OK' | 'PARTLY' | 'REFUSED'
    /** By their references; what is not named is not looked at. */
    contacts?: ({ reference: string; occurredAt?: string } & Record<string, unknown>)[]
    /** `row code column`. */
    rejections?: string[]
    failure?: string
    /** A pattern that the words of the failure fit. */
    says?: string
    /** Names of an archive's entries that became files. */
    entries?: string[]
  }
}

const folder = new URL('./', import.meta.url)
const all = readdirSync(folder)
const cases = all
  .filter(name => name.endsWith('.json'))
  .map(name => {
    const stem = name.slice(0, -'.json'.length)
    const file = all.find(other => other.startsWith(`${stem}.`) && other !== name) ?? ''
    const read: Case = JSON.parse(readFileSync(new URL(name, folder), 'utf8'))
    return { file, ...read }
  })

let room: Awaited<ReturnType<typeof openTreeRoom>>
beforeAll(async () => {
  room = await openTreeRoom()
})
afterAll(() => room[Symbol.asyncDispose]())

const now = new Date('2026-04-01T00:00:00Z')

const inputOf = ({ columns, dialect: layout = {}, ...more }: TemplateOfCase): ColumnTemplateInput =>
  anInput(columns, { dialect: { ...dialect, ...layout }, ...more })

/** Sends the file to a tenant of its own, and answers all that became of it. */
async function sendFile(file: string, templates: readonly ColumnTemplateInput[]) {
  const { database, vault } = room
  const tenantId = await room.createTenant()
  const inTenant = <T>(work: Parameters<typeof database.asTenant<T>>[1]) =>
    database.asTenant<T>(tenantId, work)
  for (const input of templates) {
    expect(validateTemplate(input)).toEqual([])
    await addTemplate(database, tenantId, templateOf(input))
  }
  const account = await room.addAccount(tenantId)
  await send(room.treeOf(account), `/${file}`, readFileSync(new URL(file, folder)))
  const files = () =>
    inTenant(tx => tx.select().from(tables.uploadedFiles).where(eq(tables.uploadedFiles.tenantId, tenantId)))
  const { signal } = new AbortController()
  const log = openLog('test', 'silent')
  const running = new Set<string>()
  const ports = { imports: database, database, vault, log, workerId: 'pool', running, clock: () => now }
  await runImports(ports, tenantId, signal)
  const listed = await files()
  return await inTenant(async tx => ({
    files: listed,
    imports: await tx.select().from(tables.imports),
    contacts: await tx.select().from(tables.contacts).orderBy(tables.contacts.reference),
    rejections: await tx.select().from(tables.rejections).orderBy(tables.rejections.position),
    reports: await tx.select().from(tables.reports),
  }))
}

test('there are enough of them, and each file has its outcome beside it', () => {
  expect(cases.length).toBeGreaterThanOrEqual(60)
  expect(cases.filter(({ file }) => file === '')).toEqual([])
  expect(all.filter(name => !/\.(json|ts)$/.test(name))).toHaveLength(cases.length)
})

test.each(cases)('$file: $about', async ({ file, template, templates, outcome }) => {
  const given = templates ?? (template === undefined ? [] : [template])
  const found = await sendFile(file, given.map(inputOf))
  const receipt = found.reports.find(
    ({ path }) => path.startsWith(`/reports/${file}.`) && path.endsWith('.json'),
  )
  const answer = JSON.parse(receipt?.body?.toString() ?? '{}')
  expect(answer.failure?.code).toBe(outcome.failure)
  expect(receipt?.path).toContain(`.${outcome.verdict}.json`)
  if (outcome.says !== undefined) expect(answer.failure.message).toMatch(new RegExp(outcome.says, 's'))
  const contacts = found.contacts.map(contact => ({
    ...contact,
    occurredAt: contact.occurredAt.toISOString(),
  }))
  expect(contacts).toMatchObject(outcome.contacts ?? [])
  const metadata = (outcome.contacts ?? []).map(({ metadata }) => metadata)
  for (const [index, exact] of metadata.entries())
    if (exact !== undefined) expect(contacts[index]?.metadata).toEqual(exact)
  if (outcome.failure === undefined)
    expect(
      found.rejections.map(({ row, code, column }) => [row, code, column ?? []].flat().join(' ')),
    ).toEqual(outcome.rejections ?? [])
  for (const { rowsRead, created, updated, unchanged, rejected } of found.imports)
    expect(rowsRead).toBe(created + updated + unchanged + rejected)
  if (outcome.entries !== undefined)
    expect(found.files.flatMap(({ path }) => path.split('.zip/').slice(1)).toSorted()).toEqual(
      outcome.entries,
    )
})
