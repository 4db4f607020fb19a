import { and, eq } from 'drizzle-orm'
import { tables } from '../../db/db.ts'
import { notFound } from '../refusal.ts'
import { loadSample } from './load-sample.ts'
import type { SamplePorts } from './samples.ts'
import type { SentFile } from './sent-file.ts'

const { setupRequests } = tables

/** The bytes that a template is tried on: a file that was sent along, else the sample of a request. */
export async function sampleToPreview(
  ports: SamplePorts,
  { tenantId, id }: { tenantId: string; id: string },
  file: SentFile | null,
): Promise<Buffer> {
  const [request] = await ports.database.asTenant(tenantId, tx =>
    tx
      .select({ id: setupRequests.id })
      .from(setupRequests)
      .where(and(eq(setupRequests.tenantId, tenantId), eq(setupRequests.id, id))),
  )
  if (!request) throw notFound('This set-up request')
  const sample = file ?? (await loadSample(ports, tenantId, id, 'CSV'))?.file
  if (!sample) throw notFound('The sample')
  return sample.bytes
}
