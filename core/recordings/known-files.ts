import { sql } from 'drizzle-orm'
import { type Tx, uuidArray } from '../../db/db.ts'
import type { MatchedContact } from './matched-contacts.ts'
import type { RecordingFile } from './name-fit.ts'

/** The newest usable version of a file, as it was when it was read. */
export interface KnownFile extends RecordingFile {
  /** Another one when it took another name meanwhile. */
  placed: string
  /** Usable versions that it replaced. */
  older: string[]
}

type Row = { id: string; path: string; kind: 'AUDIO' | 'SCREEN'; placed: string; older: string[] }

/** Every file that may answer a name of these contacts, or has to do with one of them already; by its id. */
export const knownFiles = async (
  tx: Tx,
  tenantId: string,
  contacts: readonly Pick<MatchedContact, 'keys' | 'rows'>[],
): Promise<ReadonlyMap<string, KnownFile>> => {
  const keys = new Set(contacts.flatMap(({ keys: { AUDIO, SCREEN } }) => [AUDIO, SCREEN]))
  keys.delete(null)
  const ids = new Set(contacts.flatMap(({ rows }) => rows.map(row => row.fileId)))
  const named = sql`array(select json_array_elements_text(${JSON.stringify([...keys])}::text::json))`
  const rows = await tx.execute<Row>(sql`
    with known as (
      select id, path, kind, placed from recordings
       where tenant_id = ${tenantId} and match_key = any(${named}) and usable and replaced_by_id is null
       union
      select id, path, kind, placed from recordings
       where tenant_id = ${tenantId} and id = any(${uuidArray([...ids])}) and usable and replaced_by_id is null
    )
    select k.*, array(select o.id from recordings o
                       where o.tenant_id = ${tenantId} and o.replaced_by_id = k.id and o.usable) as older
      from known k`)
  return new Map(rows.map(row => [row.id, row]))
}
