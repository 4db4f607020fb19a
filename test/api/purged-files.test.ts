import { afterAll, beforeAll, expect, test } from 'vitest'
import { runImports } from '../../core/imports/run-imports.ts'
import { purgeRawFiles } from '../../core/retention/purge-raw-files.ts'
import { openDatabase, tables } from '../../db/db.ts'
import { addTemplate, HEADER, row, smallTemplate, uploadFile } from '../support/contact-files.ts'
import { silentLog } from '../support/silent-log.ts'
import { type ApiRoom, openApiRoom } from './api-room.ts'

let room: ApiRoom
let own: Awaited<ReturnType<ApiRoom['tenant']>>
beforeAll(async () => {
  room = await openApiRoom()
  own = await room.tenant('Own')
  await addTemplate(room.database, own.tenantId, { ...smallTemplate, filePattern: '/in/*.csv' })
})
afterAll(() => room[Symbol.asyncDispose]())

async function importAll() {
  const { database, vault, db } = room
  await using imports = openDatabase(db.databaseUrl, { applicationName: 'imports', max: 1 })
  const process = { workerId: 'test', running: new Set<string>(), log: silentLog(), clock: () => new Date() }
  await runImports({ imports, database, vault, ...process }, own.tenantId, new AbortController().signal)
}

async function purge() {
  const { tenantId } = own
  const hashes = await room.vault.hashes.of(tenantId)
  const before = new Date(Date.now() + 1_000)
  return await room.database.asTenant(tenantId, tx =>
    purgeRawFiles(tx, { tenantId, hashes, before, limit: 100, at: before }),
  )
}

const IMPORT = `id status dryRun progress rowsRead created updated unchanged rejected unlinkedAgents startedAt finishedAt
  failure { code message whoseMove details } problems { code message row column details } rejectedCsvUrl
  columnTemplate { name } rejections(first: 5) { nodes { row column value code message } } file { id path }`
const ALL = `{ tenant {
  files(first: 5) { nodes { id path kind status size sha256 startedAt storedAt downloadUrl uploadedBy { id } imports { ${IMPORT} } } }
  imports(first: 5) { totalCount nodes { ${IMPORT} } }
  contacts(first: 5) { nodes { reference rowNumber import { id file { path status downloadUrl } } } }
  health { lastFileAt lastRowAt lastImport { id status file { path } } openProblems { code message details } }
} }`

interface Import {
  id: string
  status: string
  rowsRead: number
  failure: { code: string; details: unknown } | null
  problems: { code: string; details: { count: number; examples: unknown[] } }[]
  rejectedCsvUrl: string | null
  rejections: { nodes: { row: number; column: string | null; value: string | null; code: string }[] }
  file: { id: string; path: string }
}
interface File {
  id: string
  path: string
  status: string
  size: number
  sha256: string | null
  downloadUrl: string | null
  imports: Import[]
}
interface All {
  tenant: {
    files: { nodes: File[] }
    imports: { totalCount: number; nodes: Import[] }
    contacts: {
      nodes: { reference: string; import: { file: { path: string; downloadUrl: string | null } } }[]
    }
    health: { lastImport: { id: string; file: { path: string } }; openProblems: { code: string }[] }
  }
}

const get = (url: string) => room.handler(new Request(url))

test('what is left of files whose days are over can be asked for like any other, and holds nothing of them', async () => {
  const send = (path: string, body: string) =>
    uploadFile(room.database, room.vault, own.tenantId, path, body, false)
  await send('/in/Geheimnis.csv', `${HEADER}${row('A')}${row('C')}B,x,Geheimnis,sales,1\n`)
  await send('/in/header.csv', 'Geheimnis,agent,at,queue,seconds\n')
  await importAll()
  const before = (await room.data<All>(own.READER, ALL)).tenant
  expect(JSON.stringify(before)).toContain('Geheimnis')
  expect(before.health.openProblems.map(({ code }) => code)).toEqual(['HEADER_MISMATCH'])
  expect(await purge()).toMatchObject({ files: 2 })

  const after = (await room.data<All>(own.READER, ALL)).tenant
  expect(JSON.stringify(after)).not.toContain('Geheimnis')
  const ids = (await room.database.asTenant(own.tenantId, tx => tx.select().from(tables.uploadedFiles))).map(
    file => file.id,
  )
  for (const [index, file] of after.files.nodes.entries()) {
    expect(ids).toContain(file.path)
    expect(file).toMatchObject({ status: 'DELETED', sha256: null, downloadUrl: null })
    expect(file).toMatchObject({ size: before.files.nodes[index]?.size, id: before.files.nodes[index]?.id })
    expect(file.imports[0]?.file.path).toBe(file.path)
  }
  expect(after.imports.totalCount).toBe(2)
  for (const [index, done] of after.imports.nodes.entries()) {
    const was = before.imports.nodes[index]
    expect(done.rejectedCsvUrl).toBe(null)
    expect([done.id, done.status, done.rowsRead]).toEqual([was?.id, was?.status, was?.rowsRead])
    expect(done.failure?.code).toBe(was?.failure?.code)
    expect(done.rejections.nodes.map(({ row, column, code }) => [row, column, code])).toEqual(
      was?.rejections.nodes.map(({ row, column, code }) => [row, column, code]),
    )
    expect(done.rejections.nodes.every(({ value }) => value === null)).toBe(true)
  }
  const problem = after.imports.nodes.flatMap(done => done.problems)[0]
  expect(problem).toMatchObject({ code: 'BAD_DATE', details: { count: 1, examples: [{ row: 3 }] } })
  expect(after.contacts.nodes.map(({ reference }) => reference).sort()).toEqual(['A', 'C'])
  expect(after.contacts.nodes[0]?.import.file).toMatchObject({ status: 'DELETED', downloadUrl: null })
  expect(after.health.lastImport.id).toBe(before.health.lastImport.id)
  expect(after.health.openProblems).toEqual([])

  const links = before.files.nodes.map(file => file.downloadUrl)
  for (const url of [...links, ...before.imports.nodes.map(done => done.rejectedCsvUrl)])
    if (url) expect((await get(url)).status).toBe(410)
})

test('a file that was discarded is listed as such', async () => {
  const values = {
    kind: 'RECORDING',
    status: 'DISCARDED',
    path: '/rec/a.wav',
    size: 7,
    storedAt: new Date(),
  } as const
  await room.database.asTenant(own.tenantId, tx =>
    tx.insert(tables.uploadedFiles).values({ tenantId: own.tenantId, ...values }),
  )
  const query =
    '{ tenant { files(filter: { status: [DISCARDED] }) { nodes { path status size sha256 downloadUrl } } } }'
  const answer = await room.data<All>(own.READER, query)
  expect(answer.tenant.files.nodes).toEqual([
    { path: '/rec/a.wav', status: 'DISCARDED', size: 7, sha256: null, downloadUrl: null },
  ])
  await purge()
  const [later] = (await room.data<All>(own.READER, query)).tenant.files.nodes
  expect(later?.path).not.toContain('rec')
})
