import { and, eq } from 'drizzle-orm'
import { tables } from '../../db/db.ts'
import { storedObject } from '../vault/object-rows.ts'
import type { SampleKind, SamplePorts } from './samples.ts'
import { SentFile } from './sent-file.ts'

const { setupSamples } = tables

/** A request's newest sample of a kind, whole. None when there is none, or it was deleted. */
export async function loadSample(
  { database, vault }: SamplePorts,
  tenantId: string,
  requestId: string,
  kind: SampleKind,
): Promise<{ file: SentFile; objectId: string } | undefined> {
  const found = await database.asTenant(tenantId, async tx => {
    const [sample] = await tx
      .select()
      .from(setupSamples)
      .where(
        and(
          eq(setupSamples.tenantId, tenantId),
          eq(setupSamples.requestId, requestId),
          eq(setupSamples.kind, kind),
        ),
      )
    if (!sample || sample.objectId === null) return undefined
    const { fileName, mediaType, objectId } = sample
    return { fileName, mediaType, objectId, object: await storedObject(tx, tenantId, objectId) }
  })
  if (!found) return undefined
  const bytes = Buffer.concat(await Array.fromAsync(vault.readAll(found.object)))
  return { file: new SentFile(found.fileName, found.mediaType, bytes), objectId: found.objectId }
}
