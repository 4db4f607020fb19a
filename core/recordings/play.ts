import { and, eq } from 'drizzle-orm'
import type { Database } from '../../db/db.ts'
import { tables } from '../../db/db.ts'
import { nameOf } from '../files/paths.ts'
import { readChecked } from '../files/read-object.ts'
import { notFound } from '../refusal.ts'
import { storedObject } from '../vault/object-rows.ts'
import type { Vault } from '../vault/vault.ts'
import { playedForm } from './media/played-form.ts'

const { recordings, uploadedFiles } = tables

/** A recording as a player gets it. */
export interface Playing {
  name: string
  mediaType: string
  size: number
  /** The same for the same bytes, and only for these. */
  tag: string
  modified: Date
  /** From `start` to `end` (exclusive), segment by segment. A damaged byte throws; none is handed out. */
  open: (start: number, end: number) => AsyncGenerator<Uint8Array, void, undefined>
}

/**
 * What tells the forms of one recording apart, in tags and in names. Whoever changes what a decoder makes of the same
 * bytes counts on, or a player would join the bytes of two.
 */
const marks = {
  'as-is': { tag: '', extension: '' },
  pcm: { tag: '-pcm1', extension: '.wav' },
  mp3: { tag: '-mp3', extension: '.mp3' },
} as const

/** Opens a recording for playing. NOT_FOUND when there is none, or it was destroyed. */
export async function openRecording(
  database: Database,
  vault: Vault,
  tenantId: string,
  recordingId: string,
): Promise<Playing> {
  const { row, object } = await database.asTenant(tenantId, async tx => {
    const [found] = await tx
      .select({
        mediaType: recordings.mediaType,
        playable: recordings.playable,
        usable: recordings.usable,
        path: uploadedFiles.path,
        objectId: uploadedFiles.objectId,
        modified: uploadedFiles.modifiedAt,
        startedAt: uploadedFiles.startedAt,
      })
      .from(recordings)
      .innerJoin(
        uploadedFiles,
        and(eq(uploadedFiles.tenantId, recordings.tenantId), eq(uploadedFiles.id, recordings.fileId)),
      )
      .where(and(eq(recordings.tenantId, tenantId), eq(recordings.id, recordingId)))
    if (!found?.objectId) throw notFound('The recording')
    return { row: found, object: await storedObject(tx, tenantId, found.objectId) }
  })
  const { objectId, size, sha256 } = object
  const open = (start: number, end: number) => readChecked(database, vault, tenantId, objectId, start, end)
  const played = await playedForm({ size, open }, row)
  const digest = Buffer.from(sha256).toString('hex')
  const { tag, extension } = marks[played.form]
  const name = nameOf(row.path)
  return {
    name: name.toLowerCase().endsWith(extension) ? name : name + extension,
    mediaType: /^(audio|video)\//.test(played.mediaType) ? played.mediaType : 'application/octet-stream',
    size: played.size,
    tag: digest + tag,
    modified: row.modified ?? row.startedAt,
    open: played.open,
  }
}
