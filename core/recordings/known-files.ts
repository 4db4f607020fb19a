import { sql } from 'drizzle-orm'
import { type Tx, uuidArray } from '../../db/db.ts'
import type { MatchedContact } from './matched-contacts.ts'
import { type RecordingFile, type RecordingShelves, recordingShelves } from './name-fit.ts'

/** The newest usable version of a file, as it was when it was read. */
export interface KnownFile extends RecordingFile {
  /** Another one when it took another name meanwhile. */
  placed: string
  /** Usable versions that it replaced. */
  older: string[]
}

export interface KnownFiles {
  /** By their ids. */
  readonly files: ReadonlyMap<string, KnownFile>
  readonly shelves: RecordingShelves<KnownFile>
  /** Sees to it that every file is known that may answer a name of these contacts, or has to do with one of them. */
  learn(tx: Tx, tenantId: string, contacts: readonly Pick<MatchedContact, 'keys' | 'rows'>[]): Promise<void>
}

/**
 * What is known of a tenant's recordings while some contacts after others are held against them: a key that thousands
 * of files have is read once. What changes meanwhile is noticed when it is written (write-links.ts); what comes
 * meanwhile looks for its contacts itself.
 */
export const knownFiles = (): KnownFiles => {
  const files = new Map<string, KnownFile>()
  const shelves = recordingShelves<KnownFile>()
  const keys = new Set<string>()
  return {
    files,
    shelves,
    async learn(tx, tenantId, contacts) {
      const named = contacts.flatMap(({ keys: { AUDIO, SCREEN } }) => [AUDIO, SCREEN])
      const newKeys = new Set(named.filter(key => key !== null && !keys.has(key)))
      const rows = contacts.flatMap(contact => contact.rows.map(row => row.fileId))
      const newIds = new Set(rows.filter(id => !files.has(id)))
      if (newKeys.size + newIds.size === 0) return
      const found = await findFiles(tx, tenantId, [...newKeys], [...newIds])
      for (const key of newKeys) if (key !== null) keys.add(key)
      const fresh = found.filter(({ id }) => !files.has(id))
      for (const file of fresh) files.set(file.id, file)
      shelves.add(fresh)
    },
  }
}

type Row = { id: string; path: string; kind: 'AUDIO' | 'SCREEN'; placed: string; older: string[] }

const findFiles = async (
  tx: Tx,
  tenantId: string,
  keys: readonly (string | null)[],
  ids: readonly string[],
): Promise<KnownFile[]> => {
  const named = sql`array(select json_array_elements_text(${JSON.stringify(keys)}::text::json))`
  const rows = await tx.execute<Row>(sql`
    with known as (
      select id, path, kind, placed from recordings
       where tenant_id = ${tenantId} and match_key = any(${named}) and usable and replaced_by_id is null
       union
      select id, path, kind, placed from recordings
       where tenant_id = ${tenantId} and id = any(${uuidArray(ids)}) and usable and replaced_by_id is null
    )
    select k.*, array(select o.id from recordings o
                       where o.tenant_id = ${tenantId} and o.replaced_by_id = k.id and o.usable) as older
      from known k`)
  return [...rows]
}
