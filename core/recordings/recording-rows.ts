/**
 * A recording is a stored file of kind RECORDING, from the transaction on that stores it. What its bytes are is found
 * out afterwards (inspect-recordings.ts), and then its contacts are (match-due.ts). Until then nobody sees it.
 */
import { and, eq, sql } from 'drizzle-orm'
import { enqueue, type Tx, tables, uuidArray } from '../../db/db.ts'
import { lookAgain } from './look-again.ts'
import { recordingKey } from './recording-names.ts'
import { lockVersions, settleVersions } from './versions.ts'

const { recordings } = tables

/** A file, and the name that it has or is about to have. */
export interface NamedFile {
  id: string
  path: string
}

/** One waiting job is enough for all of a tenant's recordings; two of them do not run at once. */
export const queueRecordings = (tx: Tx, tenantId: string, runAt?: Date): Promise<void> =>
  enqueue(
    tx,
    'match-recordings',
    { tenantId },
    {
      queue: `recordings:${tenantId}`,
      key: `match-recordings ${tenantId}`,
      ...(runAt ? { runAt } : {}),
    },
  )

/** In the transaction that stores the file. The path's lock is held. */
export const addRecording = async (
  tx: Tx,
  tenantId: string,
  { id: fileId, path }: NamedFile,
): Promise<void> => {
  const [made] = await tx
    .insert(recordings)
    .values({ tenantId, fileId, path, matchKey: recordingKey(path) })
    .returning({ id: recordings.id })
  if (made === undefined) throw new Error('The recording was not put on record')
  await succeed(tx, tenantId, [{ id: made.id, path }])
  await queueRecordings(tx, tenantId)
}

/**
 * Recordings whose files take other names, by a rename of theirs or of a folder they are in: before the files' own
 * rows are changed, since recordings are locked first everywhere. Files that are none are passed over.
 */
export const renameRecordings = async (
  tx: Tx,
  tenantId: string,
  files: readonly NamedFile[],
): Promise<void> => {
  const found = await recordingsOf(tx, tenantId, files)
  if (found.length === 0) return
  await lockVersions(tx, tenantId)
  const named = found.map(({ id, path }) => ({ id, path, match_key: recordingKey(path) }))
  const names = sql`json_to_recordset(${JSON.stringify(named)}::text::json) as n (id uuid, path text, match_key text)`
  await tx.execute(sql`
    select r.id from recordings r
     where r.tenant_id = ${tenantId} and (r.id in (select id from ${names}) or r.path in (select path from ${names}))
     order by r.id
       for no key update`)
  await tx.execute(sql`
    update recordings r
       set path = n.path, match_key = n.match_key, placed = default, match_due = true
      from ${names}
     where r.tenant_id = ${tenantId} and r.id = n.id`)
  await succeed(tx, tenantId, named)
  const left = found.filter(({ path, matchKey }) => matchKey !== recordingKey(path))
  await lookAgain(
    tx,
    tenantId,
    left.map(({ matchKey }) => matchKey),
  )
  const ids = named.map(({ id }) => id)
  await settleVersions(tx, tenantId, ids)
  await queueRecordings(tx, tenantId)
}

/** As they are to be called, with the keys that they have until then. */
const recordingsOf = async (
  tx: Tx,
  tenantId: string,
  files: readonly NamedFile[],
): Promise<(NamedFile & { matchKey: string })[]> => {
  if (files.length === 0) return []
  const paths = new Map(files.map(file => [file.id, file.path]))
  const rows = await tx.execute<{ id: string; file_id: string; match_key: string }>(sql`
    select id, file_id, match_key from recordings
     where tenant_id = ${tenantId} and file_id = any(${uuidArray([...paths.keys()])})`)
  return rows.map(({ id, file_id, match_key }) => ({
    id,
    path: paths.get(file_id) ?? '',
    matchKey: match_key,
  }))
}

/** Before anything of the file that a path lists is changed: recordings are locked first everywhere. */
export const lockRecordingsAt = async (tx: Tx, tenantId: string, path: string): Promise<void> => {
  await tx
    .select({ id: recordings.id })
    .from(recordings)
    .where(and(eq(recordings.tenantId, tenantId), eq(recordings.path, path)))
    .orderBy(recordings.id)
    .for('no key update')
}

/**
 * Whatever has these paths, and is not followed by another that is there, is followed by those that take them now. One
 * that turned out to be damaged and is called otherwise by now is not there (versions.ts).
 */
const succeed = async (tx: Tx, tenantId: string, taking: readonly NamedFile[]): Promise<void> => {
  await tx.execute(sql`
    update recordings r
       set successor_id = n.id
      from json_to_recordset(${JSON.stringify(taking)}::text::json) as n (id uuid, path text)
     where r.tenant_id = ${tenantId} and r.path = n.path and r.id <> n.id
       and not exists (select from recordings s where s.tenant_id = r.tenant_id and s.id = r.successor_id
                                                  and not (s.inspected_at is not null and not s.usable and s.path <> r.path))`)
}

/**
 * A file that a template reads by its new name is no recording any more. One that is known to hold sound or picture
 * stays one, and the answer is false: its contacts keep it, and nothing would come of reading it as rows.
 */
export const dropRecording = async (tx: Tx, tenantId: string, fileId: string): Promise<boolean> => {
  await lockVersions(tx, tenantId)
  const own = and(eq(recordings.tenantId, tenantId), eq(recordings.fileId, fileId))
  const [gone] = await tx
    .delete(recordings)
    .where(and(own, eq(recordings.usable, false)))
    .returning({ id: recordings.id, successorId: recordings.successorId })
  if (gone === undefined) return (await tx.$count(recordings, own)) === 0
  await tx
    .update(recordings)
    .set({ successorId: gone.successorId })
    .where(and(eq(recordings.tenantId, tenantId), eq(recordings.successorId, gone.id)))
  return true
}
