import { and, eq } from 'drizzle-orm'
import type { Database } from '../../db/db.ts'
import { tables } from '../../db/db.ts'
import { audit } from '../access/audit.ts'
import type { LinkTarget } from '../access/links.ts'
import { notFound } from '../refusal.ts'

const { playbacks, recordings } = tables

export type PlayTarget = Extract<LinkTarget, { kind: 'play' }>

/**
 * Puts on record that whoever has this link listens, once for each link however often its player asks: in the list of
 * the recording's playbacks and in the audit trail. NOT_FOUND when the recording is gone. The reason, which may tell of
 * a person, stands in the list alone and goes with the recording.
 */
export async function recordPlayback(
  database: Database,
  { tenantId, id: recordingId, use, issuedTo, onBehalfOf, reason }: PlayTarget,
  { address, at }: { address: string; at: Date },
): Promise<void> {
  await database.asTenant(tenantId, async tx => {
    // Held against a sweep, which would take it away between the look and the row that names it.
    const [found] = await tx
      .select({ id: recordings.id })
      .from(recordings)
      .where(and(eq(recordings.tenantId, tenantId), eq(recordings.id, recordingId)))
      .for('key share')
    if (!found) throw notFound('The recording')
    const { tokenId, name: token, staff } = issuedTo
    const made = await tx
      .insert(playbacks)
      .values({ tenantId, id: use, recordingId, at, tokenId, token, onBehalfOf, reason, address })
      .onConflictDoNothing()
      .returning({ id: playbacks.id })
    if (made.length === 0) return
    await audit(tx, tenantId, {
      actor: token,
      by: { token: tokenId, ...(staff ? { role: 'STAFF' } : {}) },
      action: 'playRecording',
      subject: recordingId,
      details: { playback: use, onBehalfOf, address },
    })
  })
}

/** The same for whoever takes the file as it was sent. Other files are taken without a word. */
export async function recordDownload(
  database: Database,
  { tenantId, id: fileId, issuedTo, use }: Extract<LinkTarget, { kind: 'file' }>,
  seen: { address: string; at: Date },
): Promise<void> {
  const [recording] = await database.asTenant(tenantId, tx =>
    tx
      .select({ id: recordings.id })
      .from(recordings)
      .where(and(eq(recordings.tenantId, tenantId), eq(recordings.fileId, fileId))),
  )
  if (recording === undefined) return
  const { id } = recording
  const target = { kind: 'play' as const, tenantId, id, use, issuedTo, onBehalfOf: null, reason: null }
  await recordPlayback(database, target, seen)
}
