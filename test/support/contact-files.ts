import { randomUUID } from 'node:crypto'
import { importJob } from '../../core/imports/states.ts'
import type { ColumnTemplate } from '../../core/templates/template.ts'
import { beginObject, insertObject } from '../../core/vault/object-rows.ts'
import type { Vault } from '../../core/vault/vault.ts'
import { type Database, enqueue, tables } from '../../db/db.ts'

const { columnTemplates, imports, uploadedFiles } = tables

/** Columns in their order: header, field, format. */
export const templateColumns = (
  ...fields: [header: string, field: string, format?: string][]
): ColumnTemplate['columns'] =>
  fields.map(([header, field, format], index) => ({
    position: index + 1,
    header,
    field: field as ColumnTemplate['columns'][number]['field'],
    required: ['REFERENCE', 'AGENT', 'CONTACT_DATE', 'CONTACT_DAY', 'CONTACT_TIME'].includes(field),
    format: format ?? null,
  }))

/** `ref,agent,at,queue,seconds` */
export const smallTemplate: ColumnTemplate = {
  name: 'small',
  filePattern: '/**/*.csv',
  dialect: {
    encoding: 'UTF_8',
    delimiter: ',',
    quote: '"',
    hasHeader: true,
    skipLines: 0,
    skipLinesAfterHeader: 0,
  },
  columns: templateColumns(
    ['ref', 'REFERENCE'],
    ['agent', 'AGENT'],
    ['at', 'CONTACT_DATE', 'ISO'],
    ['queue', 'QUEUE'],
    ['seconds', 'DURATION', 'seconds'],
  ),
  agentKey: 'USERNAME',
  timeZone: 'Europe/Berlin',
  ambiguousTime: 'EARLIER',
  extraColumns: 'KEEP',
  existingContact: 'UPDATE',
  emptyWords: [],
  maxRejectedShare: 0.5,
}

export const HEADER = 'ref,agent,at,queue,seconds\n'
export const row = (ref: string, agent = 'diane', queue = 'sales', seconds = 60) =>
  `${ref},${agent},2026-03-01T10:00:00Z,${queue},${seconds}\n`
export const rows = (from: number, count: number, queue = 'sales') =>
  Array.from({ length: count }, (_, index) => row(`R${from + index}`, 'diane', queue)).join('')

export async function addTemplate(database: Database, tenantId: string, template: ColumnTemplate) {
  const { dialect, columns: agreed, emptyWords, ...rest } = template
  await database.asTenant(tenantId, tx =>
    tx.insert(columnTemplates).values({
      ...rest,
      tenantId,
      lineage: randomUUID(),
      dialect: { ...dialect },
      columns: agreed.map(column => ({ ...column })),
      emptyWords: [...emptyWords],
    }),
  )
}

/** What a finished upload leaves: object, file, import and job. Answers the import's id. */
export async function uploadFile(
  database: Database,
  vault: Vault,
  tenantId: string,
  path: string,
  body: string | Buffer | AsyncIterable<Buffer>,
  queue = true,
): Promise<string> {
  const object = await database.asTenant(tenantId, tx => beginObject(tx, vault, tenantId))
  const writer = vault.write(object, { async began() {}, async stored() {} })
  if (typeof body === 'string' || Buffer.isBuffer(body)) await writer.write(Buffer.from(body))
  else for await (const piece of body) await writer.write(piece)
  const written = await writer.finish()
  await writer.complete()
  return await database.asTenant(tenantId, async tx => {
    await insertObject(tx, object, written)
    const [file] = await tx
      .insert(uploadedFiles)
      .values({
        tenantId,
        path,
        kind: 'CONTACTS',
        status: 'STORED',
        size: written.size,
        storedAt: new Date(),
        objectId: object.objectId,
      })
      .returning()
    const [made] = await tx
      .insert(imports)
      .values({ tenantId, fileId: file?.id ?? '', path })
      .returning()
    if (queue) await enqueue(tx, 'run-imports', { tenantId }, importJob(tenantId))
    return made?.id ?? ''
  })
}
