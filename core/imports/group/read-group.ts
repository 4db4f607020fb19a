import { and, eq, sql } from 'drizzle-orm'
import { type Tx, tables, uuidArray } from '../../../db/db.ts'
import { inLanes } from '../../vault/in-lanes.ts'
import { storedObjects } from '../../vault/object-rows.ts'
import type { ClaimedImport, ImportPorts } from '../ports.ts'
import type { RowsChunk } from '../reading/chunk.ts'
import { readContactFile } from '../reading/read-contact-file.ts'
import { storedBytes } from '../stored-bytes.ts'
import type { ContactFile } from '../stored-file.ts'
import { type ChosenTemplate, templateAmong } from '../template-for.ts'
import { type TemplateInForce, templatesInForce } from '../templates-in-force.ts'

const { uploadedFiles } = tables

/** A file about which nothing need be said but its counts. */
export interface SoundFile {
  claimed: ClaimedImport
  file: ContactFile
  template: ChosenTemplate
  rows: RowsChunk
}

/** Files asked of the object store at once. */
const LANES = 8

/**
 * The group's files, up to the first that must go alone: one that is refused or has a rejected row, that is gone or
 * damaged, or that no template reads. What is wrong with it, its own import finds out again.
 */
export async function readGroup(
  tx: Tx,
  ports: ImportPorts,
  claimed: readonly ClaimedImport[],
  signal: AbortSignal,
): Promise<SoundFile[]> {
  const tenantId = claimed[0]?.tenantId ?? ''
  const [files, templates, { key: hashKey }] = [
    await filesOf(tx, tenantId, claimed),
    await templatesInForce(tx, tenantId),
    await ports.vault.hashes.of(tenantId),
  ]
  let end = claimed.length
  const read = async (one: ClaimedImport, at: number) => {
    const file = files.get(one.id)
    if (at >= end) return undefined
    const sound = file && (await readSound(ports, { claimed: one, file }, { templates, hashKey, signal }))
    if (sound === undefined) end = Math.min(end, at)
    return sound
  }
  const all = await inLanes([...claimed.entries()], LANES, ([at, one]) => read(one, at))
  signal.throwIfAborted()
  const sound: SoundFile[] = []
  for (const one of all.slice(0, end)) {
    if (one === undefined) break
    sound.push(one)
  }
  return sound
}

interface Readers {
  templates: readonly TemplateInForce[]
  hashKey: Uint8Array
  signal: AbortSignal
}

async function readSound(
  { vault }: ImportPorts,
  { claimed, file }: Pick<SoundFile, 'claimed' | 'file'>,
  { templates, hashKey, signal }: Readers,
): Promise<SoundFile | undefined> {
  let rows: RowsChunk | undefined
  try {
    const template = await templateAmong(templates, vault, file)
    const options = { template: template.template, size: file.object.size, hashKey, signal }
    for await (const reading of readContactFile(storedBytes(vault, file.object), options)) {
      if (reading.kind === 'summary') {
        if (reading.problems.length > 0) return undefined
      } else if (rows !== undefined || reading.rejected > 0) return undefined
      else rows = reading
    }
    return rows && rows.staged > 0 ? { claimed, file, template, rows } : undefined
  } catch {
    return undefined
  }
}

/** By the imports' ids. Without those whose bytes are gone. */
async function filesOf(tx: Tx, tenantId: string, claimed: readonly ClaimedImport[]) {
  const { id, size, storedAt, objectId } = uploadedFiles
  const fileIds = claimed.map(({ fileId }) => fileId)
  const rows = await tx
    .select({ id, size, storedAt, objectId })
    .from(uploadedFiles)
    .where(and(eq(uploadedFiles.tenantId, tenantId), sql`${id} = any(${uuidArray(fileIds)})`))
  const byId = new Map(rows.map(row => [row.id, row]))
  const objects = await storedObjects(
    tx,
    tenantId,
    rows.flatMap(row => row.objectId ?? []),
  )
  const files = new Map<string, ContactFile>()
  for (const { id: importId, fileId, path } of claimed) {
    const row = byId.get(fileId)
    const object = objects.get(row?.objectId ?? '')
    if (row === undefined || object === undefined) continue
    const receivedAt = row.storedAt?.toISOString() ?? null
    files.set(importId, { tenantId, receipt: { id: fileId, path, size: row.size, receivedAt }, object })
  }
  return files
}
