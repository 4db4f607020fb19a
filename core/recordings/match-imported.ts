import { and, asc, eq, gt, isNull, sql } from 'drizzle-orm'
import { type Database, type Tx, tables, uuidArray } from '../../db/db.ts'
import { knownFiles } from './known-files.ts'
import { MATCH_SHARE, matchShare } from './match-share.ts'

const { contacts, imports, recordingLinks, recordings } = tables

/** Imports whose contacts are looked at together: nights bring imports of one row by the ten thousand. */
const BATCH = 200
/** Contacts read at once; few of them have a recording already when their import ends. */
const PAGE = 5_000

/**
 * Holds the contacts of imports that ended against the recordings that were there before: an import's own transaction
 * could not see all of them, nor they its contacts. An import is struck off once each of its contacts was looked at.
 * True when some were held by somebody, so that their imports stay.
 */
export const matchImported = async (
  database: Database,
  tenantId: string,
  { now, signal }: { now: Date; signal: AbortSignal },
): Promise<boolean> => {
  let left = false
  for (let after = 0; ; ) {
    const ended = await database.asTenant(tenantId, tx => findEnded(tx, tenantId, after))
    const last = ended.at(-1)
    if (last === undefined) return left
    after = last.ordinal
    const ids = ended.map(({ id }) => id)
    const leftImports = await matchContactsOf(database, tenantId, ids, signal)
    const done = ended.filter(({ id }) => !leftImports.has(id))
    const struckOff = await database.asTenant(tenantId, tx => strikeOff(tx, tenantId, done, now))
    left ||= struckOff < ended.length
  }
}

const findEnded = (tx: Tx, tenantId: string, after: number) =>
  tx
    .select({ id: imports.id, ordinal: imports.ordinal, version: sql<string>`xmin::text` })
    .from(imports)
    .where(
      and(
        eq(imports.tenantId, tenantId),
        sql`${imports.status} = 'COMPLETED'`,
        isNull(imports.linkedAt),
        gt(imports.ordinal, after),
      ),
    )
    .orderBy(asc(imports.ordinal))
    .limit(BATCH)

/** One whose row was written meanwhile stays: contacts may have gone back to it. */
const strikeOff = async (
  tx: Tx,
  tenantId: string,
  done: readonly { id: string; version: string }[],
  now: Date,
): Promise<number> => {
  if (done.length === 0) return 0
  const rows = await tx.execute(sql`
    update imports i
       set linked_at = ${now.toISOString()}::timestamptz
      from json_to_recordset(${JSON.stringify(done)}::text::json) as d (id uuid, version text)
     where i.tenant_id = ${tenantId} and i.id = d.id and i.xmin::text = d.version
    returning 1`)
  return rows.length
}

type Imported = { id: string; importId: string; occurredAt: Date; worth: boolean }

/** Answers the imports of which some contact could not be looked at. */
const matchContactsOf = async (
  database: Database,
  tenantId: string,
  importIds: readonly string[],
  signal: AbortSignal,
): Promise<ReadonlySet<string>> => {
  const left = new Set<string>()
  for (let after: Imported | undefined, more = true; more; ) {
    signal.throwIfAborted()
    const page = await database.asTenant(tenantId, tx => findImported(tx, tenantId, importIds, after))
    const worth = page.filter(contact => contact.worth)
    const known = knownFiles()
    for (let at = 0; at < worth.length; at += MATCH_SHARE) {
      signal.throwIfAborted()
      const share = worth.slice(at, at + MATCH_SHARE)
      const again = new Set(
        await matchShare(database, tenantId, known, () => Promise.resolve(share.map(({ id }) => id))),
      )
      for (const { id, importId } of share) if (again.has(id)) left.add(importId)
    }
    after = page.at(-1)
    more = page.length === PAGE
  }
  return left
}

/**
 * A page of them in the order of their index. Worth a look is one that has no recording yet, as the merge left it, when
 * there is one that may answer its name, or when it has links still that another name has left to it; and one whose
 * name too many answered.
 */
const findImported = (
  tx: Tx,
  tenantId: string,
  importIds: readonly string[],
  after: Imported | undefined,
): Promise<Imported[]> => {
  const { id, importId, occurredAt, recordingMatch, screenRecordingMatch, recordingState } = contacts
  const place =
    after && sql`(${after.importId}::uuid, ${after.occurredAt.toISOString()}::timestamptz, ${after.id}::uuid)`
  return tx
    .select({
      id,
      importId,
      occurredAt,
      worth: sql<boolean>`${recordingState} in ('MISSING', 'NONE_NAMED') and (
        exists (select from ${recordings} r where r.tenant_id = ${tenantId} and r.usable
                                              and r.match_key in (${recordingMatch}, ${screenRecordingMatch}))
        or exists (select from ${recordingLinks} l where l.tenant_id = ${tenantId} and l.contact_id = ${id}))
        or ${recordingState} = 'AMBIGUOUS'
           and not exists (select from ${recordingLinks} l where l.tenant_id = ${tenantId} and l.contact_id = ${id})`,
    })
    .from(contacts)
    .where(
      and(
        eq(contacts.tenantId, tenantId),
        sql`${importId} = any(${uuidArray(importIds)})`,
        place && sql`(${importId}, ${occurredAt}, ${id}) > ${place}`,
      ),
    )
    .orderBy(importId, occurredAt, id)
    .limit(PAGE)
}
