import { eq } from 'drizzle-orm'
import { type Database, tables } from '../../db/db.ts'
import { knownAgentKeys } from '../agents/known-keys.ts'
import { storable } from '../imports/storable.ts'
import { inspectRecording } from '../recordings/media/inspect.ts'
import { notFound } from '../refusal.ts'
import { analyseSample } from './analysis/analyse-sample.ts'
import type { SampleAnalysis } from './analysis/sample-analysis.ts'
import { cellsLike } from './cells-like.ts'
import { describeSampleRecording, type SampleRecording } from './describe-sample-recording.ts'
import type { SentFile } from './sent-file.ts'

/** What the samples of a request say about themselves, as it is kept with the request. */
export interface RequestAnalysis extends SampleAnalysis {
  recording: SampleRecording | null
}

/** Looks at samples as their tenant's: whatever they are there is an answer. Not to be used inside a transaction. */
export async function analyseSamples(
  database: Database,
  tenantId: string,
  { csv, recording }: { csv: SentFile; recording: SentFile | null },
): Promise<RequestAnalysis & Record<string, unknown>> {
  const known = await database.asTenant(tenantId, async tx => {
    const [tenant] = await tx
      .select({ timeZone: tables.tenants.timeZone })
      .from(tables.tenants)
      .where(eq(tables.tenants.id, tenantId))
    if (!tenant) throw notFound('This tenant')
    return { ...tenant, knownAgents: await knownAgentKeys(tx, tenantId) }
  })
  const analysis = analyseSample(csv.bytes, { fileName: csv.fileName, ...known })
  return storable({ ...analysis, recording: recording && (await lookAt(recording, csv, analysis)) })
}

async function lookAt(
  { fileName, bytes }: SentFile,
  csv: SentFile,
  { dialect }: SampleAnalysis,
): Promise<SampleRecording> {
  const source = {
    size: bytes.length,
    read: async (start: number, end: number) => bytes.subarray(start, end),
  }
  const inspection = await inspectRecording(source, fileName)
  return describeSampleRecording(inspection, fileName, cellsLike(csv.bytes, dialect, fileName))
}
