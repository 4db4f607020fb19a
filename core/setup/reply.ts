import { and, eq } from 'drizzle-orm'
import { type Tx, tables } from '../../db/db.ts'
import { notFound, Refusal } from '../refusal.ts'
import { analyseSamples, type RequestAnalysis } from './analyse.ts'
import { loadSample } from './load-sample.ts'
import { addMessage, type Speaker } from './messages.ts'
import { type SampleKind, type SamplePorts, type StoredSamples, sampleKinds } from './samples.ts'
import type { SentFile } from './sent-file.ts'
import { type SetupRequest, takeStep } from './states.ts'

const { setupRequests, setupSamples } = tables

/** What is known of a request's samples once new ones came, and which of those that were there it rests on. */
export interface NewAnalysis {
  analysis: RequestAnalysis & Record<string, unknown>
  /** The object of each sample that was there and is still the newest. */
  restsOn: ReadonlyMap<SampleKind, string>
}

export interface Brought {
  samples: StoredSamples
  found: NewAnalysis
}

/** Analyses new samples together with what was there of the other kind. Not to be used inside a transaction. */
export async function analyseAgain(
  ports: SamplePorts,
  tenantId: string,
  requestId: string,
  files: { sampleCsv?: SentFile | null | undefined; sampleRecording?: SentFile | null | undefined },
): Promise<NewAnalysis> {
  const restsOn = new Map<SampleKind, string>()
  const kept = async (kind: SampleKind): Promise<SentFile | null> => {
    const found = await loadSample(ports, tenantId, requestId, kind)
    if (found) restsOn.set(kind, found.objectId)
    return found?.file ?? null
  }
  const csv = files.sampleCsv ?? (await kept('CSV'))
  if (!csv) throw notFound('This set-up request')
  const recording = files.sampleRecording ?? (await kept('RECORDING'))
  return { analysis: await analyseSamples(ports.database, tenantId, { csv, recording }), restsOn }
}

/**
 * Says something, and brings new samples if there are any. What the customer says, and whatever brings a sample, hands
 * the request back to staff; what staff say leaves it where it is.
 */
export async function replyToSetupRequest(
  tx: Tx,
  tenantId: string,
  id: string,
  reply: { speaker: Speaker; text: string; brought: Brought | null },
  now: Date,
): Promise<SetupRequest> {
  const { speaker, text, brought } = reply
  const handsBack = speaker.role === 'ADMIN' || brought !== null
  const request = await takeStep(tx, tenantId, id, handsBack ? 'reply' : 'remark', now)
  await addMessage(tx, request, speaker, text, now)
  if (!brought) return request
  await requireUnchanged(tx, request, brought)
  await brought.samples.attach(tx, request, now)
  const [answered] = await tx
    .update(setupRequests)
    .set({ analysis: brought.found.analysis })
    .where(and(eq(setupRequests.tenantId, tenantId), eq(setupRequests.id, id)))
    .returning()
  if (!answered) throw new Error(`set-up request ${id} was lost under its lock`)
  return answered
}

/** Under the request's lock: another reply may have brought a sample while this one's was analysed. */
async function requireUnchanged(
  tx: Tx,
  { tenantId, id }: SetupRequest,
  { samples: { kinds }, found: { restsOn } }: Brought,
): Promise<void> {
  const there = await tx
    .select()
    .from(setupSamples)
    .where(and(eq(setupSamples.tenantId, tenantId), eq(setupSamples.requestId, id)))
  for (const kind of sampleKinds) {
    const objectId = there.find(sample => sample.kind === kind)?.objectId ?? undefined
    if (!kinds.includes(kind) && restsOn.get(kind) !== objectId)
      throw new Refusal('CONFLICT', 'Another sample came at the same moment: look at it, and reply again.')
  }
}
