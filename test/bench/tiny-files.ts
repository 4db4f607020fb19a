import process from 'node:process'
import { parseArgs } from 'node:util'
import { inLanes } from '../../core/vault/in-lanes.ts'
import { beginObject, insertObject } from '../../core/vault/object-rows.ts'
import { tables } from '../../db/db.ts'
import { uploadFile } from '../support/contact-files.ts'
import { callRecords } from './call-records.ts'
import { callTenant, openStand, say } from './stand/open-stand.ts'

/**
 * A night of one tenant's tiny files, of one row each and in one folder; and one file of as many of the same rows,
 * side by side on one database, by a worker process.
 */
const { values } = parseArgs({
  options: {
    files: { type: 'string', default: '20000' },
    agents: { type: 'string', default: '500' },
    json: { type: 'boolean', default: false },
    statements: { type: 'boolean', default: false },
  },
})
const files = Number(values.files)
const agents = Number(values.agents)
const LANES = 8
const IN_A_TRANSACTION = 250

await using stand = await openStand({ statements: values.statements })
const { database, vault } = stand
const lines = Buffer.concat([...callRecords(files, agents)])
  .toString()
  .split('\r\n')
const header = `${lines[0]}\r\n`

const many = await callTenant(database, 'many', agents)
say(`writing ${files} files to the vault`)
/** All at once: a worker finds what waits without being told. */
const waiting: (typeof tables.imports.$inferInsert)[] = []
for (let from = 0; from < files; from += IN_A_TRANSACTION) await writeFiles(from)
await database.asTenant(many, async tx => {
  for (let from = 0; from < files; from += IN_A_TRANSACTION)
    await tx.insert(tables.imports).values(waiting.slice(from, from + IN_A_TRANSACTION))
})
const tiny = await stand.timed(`${files} files of one row`, () => stand.importAll(many))
if (values.statements) await stand.showStatements()

const one = await callTenant(database, 'one', agents)
await uploadFile(database, vault, one, '/calls.csv', Buffer.concat([...callRecords(files, agents)]), false)
const whole = await stand.timed(`one file of ${files} rows`, () => stand.importAll(one))
const contacts = await stand.superuser`select tenant_id, count(*)::int from contacts group by 1`
if (contacts.length !== 2 || contacts.some(({ count }) => count !== files))
  throw new Error(`There are other contacts than were sent: ${JSON.stringify(contacts)}`)

const rounded = (value: number) => Math.round(value * 10) / 10
const result = {
  files,
  tinySeconds: rounded(tiny),
  oneFileSeconds: rounded(whole),
  ratio: rounded(tiny / whole),
}
process.stdout.write(
  values.json
    ? `${JSON.stringify(result)}\n`
    : `${files} files of one row   ${result.tinySeconds} s  ${Math.round(files / tiny)} files/s\none file of ${files} rows  ${result.oneFileSeconds} s\nratio  ${result.ratio}\n`,
)

async function writeFiles(from: number): Promise<void> {
  const rows = lines.slice(from + 1, Math.min(from + IN_A_TRANSACTION, files) + 1)
  const begun = await database.asTenant(many, async tx => {
    const objects = []
    for (const row of rows) objects.push({ row, object: await beginObject(tx, vault, many) })
    return objects
  })
  const written = await inLanes(begun, LANES, async ({ row, object }) => {
    const writer = vault.write(object, { async began() {}, async stored() {} })
    await writer.write(Buffer.from(`${header}${row}\r\n`))
    const finished = await writer.finish()
    await writer.complete()
    return { object, finished }
  })
  await database.asTenant(many, async tx => {
    for (const { object, finished } of written) await insertObject(tx, object, finished)
    const stored = await tx
      .insert(tables.uploadedFiles)
      .values(
        written.map(({ object, finished }, index) => ({
          tenantId: many,
          path: `/night/call-${from + index}.csv`,
          kind: 'CONTACTS' as const,
          status: 'STORED' as const,
          size: finished.size,
          storedAt: new Date(),
          objectId: object.objectId,
        })),
      )
      .returning()
    waiting.push(...stored.map(({ id, path }) => ({ tenantId: many, fileId: id, path })))
  })
}
