import { and, asc, eq, gt, isNotNull, type SQL, sql } from 'drizzle-orm'
import { type Database, type Tx, tables } from '../../db/db.ts'
import { knownFiles } from './known-files.ts'
import { MATCH_SHARE, matchShare } from './match-share.ts'

const { recordings } = tables

/** Recordings whose contacts are looked for together: so many, and the rest of the last one's key. */
const BATCH = 500

type Due = Pick<typeof recordings.$inferSelect, 'id' | 'matchKey' | 'placed' | 'replacedById'>

/**
 * Looks for the contacts of all recordings of a tenant of which something changed: of those that name them by now, and
 * of those that have to do with them since they were called otherwise. True when some contacts were held by somebody,
 * so that their recordings stay due.
 */
export const matchDue = async (
  database: Database,
  tenantId: string,
  signal: AbortSignal,
): Promise<boolean> => {
  let left = false
  for (let after = ''; ; ) {
    const due = await database.asTenant(tenantId, tx => findDue(tx, tenantId, after))
    const last = due.at(-1)
    if (last === undefined) return left
    after = last.matchKey
    const keys = [...new Set(due.map(recording => recording.matchKey))]
    const leftKeys = await matchKeys(database, tenantId, keys, signal)
    const done = due.filter(recording => !leftKeys.has(recording.matchKey))
    left ||= done.length < due.length
    await database.asTenant(tenantId, tx => strikeOff(tx, tenantId, done))
  }
}

/** In the order of their keys, so that the contacts of a key are walked through once. */
const findDue = async (tx: Tx, tenantId: string, after: string): Promise<Due[]> => {
  const { id, matchKey, placed, replacedById } = recordings
  const from = (place: SQL) =>
    tx
      .select({ id, matchKey, placed, replacedById })
      .from(recordings)
      .where(
        and(
          eq(recordings.tenantId, tenantId),
          sql`${recordings.matchDue}`,
          isNotNull(recordings.inspectedAt),
          place,
        ),
      )
      .orderBy(asc(matchKey), asc(id))
  const first = await from(gt(matchKey, after)).limit(BATCH)
  const last = first.at(-1)
  if (last === undefined || first.length < BATCH) return first
  return [...first, ...(await from(sql`${matchKey} = ${last.matchKey} and ${id} > ${last.id}`))]
}

/** One that changed once more since stays due: some of the contacts were held against what it was before. */
const strikeOff = async (tx: Tx, tenantId: string, done: readonly Due[]): Promise<void> => {
  if (done.length === 0) return
  await tx.execute(sql`
    update recordings r
       set match_due = false
      from json_to_recordset(${JSON.stringify(done)}::text::json)
           as d (id uuid, placed bigint, "replacedById" uuid)
     where r.tenant_id = ${tenantId} and r.id = d.id and r.match_due
       and r.placed = d.placed and r.replaced_by_id is not distinct from d."replacedById"`)
}

/** Where a walk over contacts is: a page begins behind it. */
type Place = { key: string; id: string }

/** All contacts that have to do with these keys. Answers the keys of which some contact could not be looked at. */
const matchKeys = async (
  database: Database,
  tenantId: string,
  keys: readonly string[],
  signal: AbortSignal,
): Promise<ReadonlySet<string>> => {
  const left = new Set<string>()
  const known = knownFiles()
  const wanted = sql`array(select json_array_elements_text(${JSON.stringify(keys)}::text::json))`
  for (const find of [naming('recording_match'), naming('screen_recording_match'), linkedOtherwise]) {
    for (let after: Place | undefined = { key: '', id: FIRST_ID }; after; ) {
      signal.throwIfAborted()
      let page: Place[] = []
      const from: Place = after
      const again = await matchShare(database, tenantId, known, async tx => {
        page = await find(tx, tenantId, wanted, from)
        return [...new Set(page.map(({ id }) => id))]
      })
      const missed = new Set(again)
      for (const { key, id } of page) if (missed.has(id)) left.add(key)
      after = page.length < MATCH_SHARE ? undefined : page.at(-1)
    }
  }
  return left
}

const FIRST_ID = '00000000-0000-0000-0000-000000000000'

type Find = (tx: Tx, tenantId: string, keys: ReturnType<typeof sql>, from: Place) => Promise<Place[]>

/** In the order of the index: a key that a million contacts have is walked through page by page. */
const naming =
  (column: 'recording_match' | 'screen_recording_match'): Find =>
  (tx, tenantId, keys, from) => {
    const match = sql.identifier(column)
    return tx.execute<Place>(sql`
      select ${match} as key, id from contacts
       where tenant_id = ${tenantId} and ${match} = any(${keys}) and (${match}, id) > (${from.key}, ${from.id}::uuid)
       order by ${match}, id
       limit ${MATCH_SHARE}`)
  }

/** Those that name otherwise by now, or were linked by a person. */
const linkedOtherwise: Find = (tx, tenantId, keys, from) =>
  tx.execute<Place>(sql`
    select r.match_key as key, c.id
      from recordings r
      join recording_links l on l.tenant_id = r.tenant_id and l.recording_id = r.id
      join contacts c on c.tenant_id = l.tenant_id and c.id = l.contact_id
     where r.tenant_id = ${tenantId} and r.match_key = any(${keys})
       and (c.recording_match <> all(${keys}) or c.recording_match is null)
       and (c.screen_recording_match <> all(${keys}) or c.screen_recording_match is null)
       and (r.match_key, c.id) > (${from.key}, ${from.id}::uuid)
     order by r.match_key, c.id
     limit ${MATCH_SHARE}`)
