import { and, eq, isNotNull, lte } from 'drizzle-orm'
import { type Database, type TenantTx, tables } from '../../db/db.ts'
import { audit } from '../access/audit.ts'
import { destroyObjects } from '../vault/object-rows.ts'
import { withoutValues } from './without-values.ts'

const { setupRequests, setupSamples } = tables

/** How long samples are kept after the decision, whichever it was. */
const KEPT_DAYS = 30

const BATCH = 100

/** Destroys samples whose time is up, and what the analysis quotes of them. Answers of how many requests. */
export async function deleteSamples(options: {
  database: Database
  now: Date
  signal?: AbortSignal
}): Promise<number> {
  const { database, now, signal } = options
  const decidedBy = new Date(+now - KEPT_DAYS * 86_400_000)
  let requests = 0
  for (;;) {
    signal?.throwIfAborted()
    const due = await database.asStaff(tx =>
      tx
        .selectDistinct({ tenantId: setupRequests.tenantId, id: setupRequests.id })
        .from(setupRequests)
        .innerJoin(
          setupSamples,
          and(
            eq(setupSamples.tenantId, setupRequests.tenantId),
            eq(setupSamples.requestId, setupRequests.id),
          ),
        )
        .where(and(lte(setupRequests.decidedAt, decidedBy), isNotNull(setupSamples.objectId)))
        .limit(BATCH),
    )
    for (const { tenantId, id } of due) await database.asTenant(tenantId, tx => forget(tx, tenantId, id))
    requests += due.length
    if (due.length < BATCH) return requests
  }
}

async function forget(tx: TenantTx, tenantId: string, id: string): Promise<void> {
  const own = and(eq(setupRequests.tenantId, tenantId), eq(setupRequests.id, id))
  const [request] = await tx.select().from(setupRequests).where(own).for('update')
  const kept = and(
    eq(setupSamples.tenantId, tenantId),
    eq(setupSamples.requestId, id),
    isNotNull(setupSamples.objectId),
  )
  const samples = await tx.select().from(setupSamples).where(kept)
  // Another worker was here meanwhile.
  if (!request || samples.length === 0) return
  await tx.update(setupSamples).set({ objectId: null }).where(kept)
  const objects = samples.flatMap(({ objectId }) => (objectId === null ? [] : [{ objectId }]))
  await destroyObjects(tx, tenantId, objects)
  await tx
    .update(setupRequests)
    .set({ analysis: withoutValues(request.analysis) })
    .where(own)
  const details = { samples: samples.map(({ kind, size }) => ({ kind, size })) }
  await audit(tx, tenantId, { actor: 'system', action: 'deleteSamples', subject: id, details })
}
