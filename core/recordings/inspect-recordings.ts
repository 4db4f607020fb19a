import { and, eq, gt, isNull, sql } from 'drizzle-orm'
import { type Tx, tables } from '../../db/db.ts'
import { storable } from '../imports/storable.ts'
import { type InspectPorts, inspectStored, type Uninspected } from './inspect-stored.ts'
import type { Inspection } from './media/inspect.ts'
import { recordingKey } from './recording-names.ts'
import { lockVersions, passOverMoved, settleVersions } from './versions.ts'

const { recordings, uploadedFiles } = tables

/** Looked at, and put on record, together. */
const SHARE = 100
/** Waiting for the object store at the same time. */
const AT_ONCE = 4
/** So many failures without a success: the store is away, and nothing is gained by going on. */
const ENOUGH_FAILURES = AT_ONCE

export interface Inspected {
  count: number
  /** Those that could not be looked at; they are found again. */
  failures: unknown[]
  /** Where the next share begins; none when nothing is left. */
  last: string | undefined
}

/** Looks at a share of those that nobody has looked at, oldest first, from `after` on. */
export const inspectShare = async (
  ports: InspectPorts,
  tenantId: string,
  after: string | undefined,
): Promise<Inspected> => {
  const share = await ports.database.asTenant(tenantId, tx => uninspected(tx, tenantId, after))
  const found: (Inspection & Uninspected)[] = []
  const failures: unknown[] = []
  const waiting = share.values()
  const lookAtThem = async () => {
    for (const recording of waiting) {
      ports.signal.throwIfAborted()
      if (found.length === 0 && failures.length >= ENOUGH_FAILURES) return
      try {
        found.push({ ...recording, ...(await inspectStored(ports, tenantId, recording)) })
      } catch (error) {
        failures.push(error)
      }
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, lookAtThem))
  if (found.length > 0)
    await ports.database.asTenant(tenantId, tx => record(tx, tenantId, found, ports.clock()))
  const away = found.length === 0 && failures.length > 0
  const last = away || share.length < SHARE ? undefined : share.at(-1)?.id
  return { count: found.length, failures, last }
}

const uninspected = (tx: Tx, tenantId: string, after: string | undefined): Promise<Uninspected[]> =>
  tx
    .select({ id: recordings.id, path: recordings.path, objectId: uploadedFiles.objectId })
    .from(recordings)
    .innerJoin(
      uploadedFiles,
      and(eq(uploadedFiles.tenantId, recordings.tenantId), eq(uploadedFiles.id, recordings.fileId)),
    )
    .where(
      and(
        eq(recordings.tenantId, tenantId),
        isNull(recordings.inspectedAt),
        after === undefined ? undefined : gt(recordings.id, after),
      ),
    )
    .orderBy(recordings.id)
    .limit(SHARE)

/** What the first release stored came without a key; it is given one unless a rename has. */
const record = async (
  tx: Tx,
  tenantId: string,
  found: readonly (Inspection & Uninspected)[],
  now: Date,
): Promise<void> => {
  const rows = found.map(({ id, path, ...inspection }) => ({
    id,
    path,
    match_key: recordingKey(path),
    kind: inspection.kind,
    media_type: inspection.mediaType,
    codec: inspection.codec,
    duration_seconds: inspection.durationSeconds,
    playable: inspection.playable,
    usable: inspection.usable,
    damage: inspection.damage,
  }))
  await lockVersions(tx, tenantId)
  await tx.execute(sql`
    update recordings r
       set kind = f.kind, media_type = f.media_type, codec = f.codec, duration_seconds = f.duration_seconds,
           playable = f.playable, usable = f.usable, damage = f.damage, inspected_at = ${now.toISOString()}::timestamptz,
           match_key = case when r.match_key = '' and r.path = f.path then f.match_key else r.match_key end
      from json_to_recordset(${JSON.stringify(storable(rows))}::text::json)
           as f (id uuid, path text, match_key text, kind text, media_type text, codec text,
                 duration_seconds double precision, playable boolean, usable boolean, damage text)
     where r.tenant_id = ${tenantId} and r.id = f.id and r.inspected_at is null`)
  const idsOf = (those: boolean) => found.filter(({ usable }) => usable === those).map(({ id }) => id)
  const followers = await passOverMoved(tx, tenantId, idsOf(false))
  await settleVersions(tx, tenantId, [...idsOf(true), ...followers])
}
