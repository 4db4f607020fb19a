import { eq } from 'drizzle-orm'
import { type Database, tables } from '../../db/db.ts'
import { knownAgentKeys } from '../agents/known-keys.ts'
import { storable } from '../imports/storable.ts'
import { inspectRecording } from '../recordings/media/inspect.ts'
import { notFound } from '../refusal.ts'
import type { SampleAnalysis } from './analysis/sample-analysis.ts'
import { describeSampleRecording, type SampleRecording } from './describe-sample-recording.ts'
import { lookAtCsv } from './look-at-csv.ts'
import { lookInThread } from './look-in-thread.ts'
import type { SentFile } from './sent-file.ts'

/** What the samples of a request say about themselves, as it is kept with the request. */
export interface RequestAnalysis extends SampleAnalysis {
  recording: SampleRecording | null
}

/** Smaller samples are looked at sooner than a thread starts. Deno takes 18 s to hand 25 MB to one: there is none there. */
const THREAD_FROM = 'Deno' in globalThis ? Number.POSITIVE_INFINITY : 2 ** 20

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
  const question = { fileName: csv.fileName, recordingName: recording?.fileName ?? null, ...known }
  const { analysis, namingCell } =
    csv.bytes.length < THREAD_FROM ? lookAtCsv(csv.bytes, question) : await lookInThread(csv.bytes, question)
  return storable({ ...analysis, recording: recording && (await lookAt(recording, namingCell)) })
}

async function lookAt({ fileName, bytes }: SentFile, namingCell: string | null): Promise<SampleRecording> {
  const source = {
    size: bytes.length,
    read: async (start: number, end: number) => bytes.subarray(start, end),
  }
  const inspection = await inspectRecording(source, fileName)
  return describeSampleRecording(inspection, fileName, namingCell === null ? [] : [namingCell])
}
