import { createWriteStream } from 'node:fs'
import { join } from 'node:path'
import process from 'node:process'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { parseArgs } from 'node:util'
import { tables } from '../../db/db.ts'
import { uploadFile } from '../support/contact-files.ts'
import { callRecords } from './call-records.ts'
import { callTenant, openStand, peakOf, say } from './stand/open-stand.ts'
import { hasPgloader, runPgloader, similarTable } from './stand/pgloader.ts'

/**
 * An import of call records, from the encrypted object to committed contacts, by a worker process; the same file
 * again; COPY of the same finished rows into the same empty table with its indexes; and pgloader into a similar
 * table, where it is installed: in one run on one database. With `--large`, a file of ten times the rows last of all,
 * for the memory that it takes.
 */
const { values } = parseArgs({
  options: {
    rows: { type: 'string', default: '1000000' },
    agents: { type: 'string', default: '500' },
    large: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    statements: { type: 'boolean', default: false },
  },
})
const rows = Number(values.rows)
const agents = Number(values.agents)
const LARGE = 10

await using stand = await openStand({ statements: values.statements })
const { database, vault, superuser, worker } = stand
const tenantId = await callTenant(database, 'bench', agents)
const idle = await peakOf(worker.pid)
let bytes = 0
/** The same rows so many times, under one header. */
async function* file(times: number) {
  bytes = 0
  for (let round = 0; round < times; round++)
    for (const piece of callRecords(rows, agents, round === 0)) {
      bytes += piece.length
      yield piece
    }
}
say(`writing ${rows} rows to the vault`)
await uploadFile(database, vault, tenantId, '/calls.csv', file(1), false)
const megabytes = bytes / 1e6
const imported = await stand.timed('import', () => stand.importAll(tenantId))
const memory = await peakOf(worker.pid)
if (values.statements) await stand.showStatements()

await database.asTenant(tenantId, async tx => {
  const [first] = await tx.select().from(tables.imports)
  await tx.insert(tables.imports).values({ tenantId, fileId: first?.fileId ?? '', path: '/calls.csv' })
})
const again = await stand.timed('the same file again', () => stand.importAll(tenantId))
const copied = await copyYardstick()
const loaded = await pgloaderYardstick()
const large = values.large ? await largeFile() : undefined

const rounded = (value: number, digits = 2) => Number(value.toFixed(digits))
const result = {
  rows,
  columns: 12,
  megabytes: Math.round(megabytes),
  importSeconds: rounded(imported, 1),
  copySeconds: rounded(copied, 1),
  ratioToCopy: rounded(copied / imported),
  againSeconds: rounded(again, 1),
  againToFirst: rounded(again / imported),
  pgloaderSeconds: loaded === undefined ? null : rounded(loaded, 1),
  ratioToPgloader: loaded === undefined ? null : rounded(loaded / imported),
  memory: { idle, file: memory, large: large ?? null },
}
process.stdout.write(values.json ? `${JSON.stringify(result)}\n` : `${inWords()}\n`)

function inWords(): string {
  const rate = (seconds: number) => `${seconds.toFixed(1)} s  ${Math.round(rows / seconds)} rows/s`
  return [
    `rows       ${rows} of 12 columns, ${result.megabytes} MB`,
    `import     ${rate(imported)}`,
    `COPY       ${rate(copied)}`,
    `ratio      ${result.ratioToCopy} of COPY's rate`,
    `again      ${rate(again)}, ${result.againToFirst} of the first time`,
    loaded === undefined
      ? 'pgloader   is not installed'
      : `pgloader   ${rate(loaded)}, the import is ${result.ratioToPgloader} times as fast`,
    `memory     ${memory} MB at most, of the worker (VmHWM); ${idle} MB before its first import`,
    ...(large === undefined ? [] : [`           ${large.memory} MB with a file of ${large.megabytes} MB`]),
  ].join('\n')
}

/** The finished rows, by the server from a file of its own: nothing is faster than that. */
async function copyYardstick(): Promise<number> {
  const path = join(stand.postgresFolder, 'finished-rows')
  await superuser.unsafe(`copy contacts to '${path}'`)
  await superuser`truncate contacts cascade`
  const seconds = await stand.timed('COPY', () => superuser.unsafe(`copy contacts from '${path}'`))
  const [row] = await superuser<{ rows: number }[]>`select count(*)::int as rows from contacts`
  if (row?.rows !== rows) throw new Error(`${row?.rows} rows were copied`)
  return seconds
}

async function pgloaderYardstick(): Promise<number | undefined> {
  if (!hasPgloader()) return undefined
  const csv = join(stand.folder, 'calls.csv')
  await pipeline(Readable.from(file(1)), createWriteStream(csv))
  await superuser.unsafe(similarTable)
  const seconds = await stand.timed('pgloader', () => runPgloader(stand.folder, csv, stand.superuserUrl))
  const [row] = await superuser<{ rows: number }[]>`select count(*)::int as rows from pgloaded`
  if (row?.rows !== rows) throw new Error(`${row?.rows} rows were loaded by pgloader`)
  return seconds
}

async function largeFile() {
  await uploadFile(database, vault, tenantId, '/large.csv', file(LARGE), false)
  const size = Math.round(bytes / 1e6)
  await stand.timed(`a file of ${size} MB`, () => stand.importAll(tenantId))
  return { megabytes: size, memory: await peakOf(worker.pid) }
}
