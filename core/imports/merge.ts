import { sql } from 'drizzle-orm'
import type { Tx } from '../../db/db.ts'
import type { ExistingContact } from '../templates/template.ts'
import { noteUnanswered } from './answering-agents.ts'
import { findBuriedRows, takeBack, takeOut, wasBuriedSince } from './deleted-before.ts'
import { type DeletedRows, withSuperseded } from './deleted-rows.ts'
import type { ClaimedImport } from './ports.ts'
import type { RowsChunk } from './reading/chunk.ts'
import { stagingColumns } from './reading/staging.ts'
import { countRewritten } from './rewritten.ts'
import { clearStagingTable, copyChunk, STAGED } from './staging-table.ts'
import { keepPreImages, oldValues } from './undo/pre-images.ts'

export interface MergeRules {
  existing: ExistingContact
  /**
   * An older file of the tenant, of which nothing is kept, may be read again after this one. Then unchanged contacts take
   * this import's mark as well, so that the older file will not overwrite what this one confirmed. Otherwise they are not
   * written at all.
   */
  markUnchanged: boolean
}

/** Rows that the merge wrote and those that it was not given, or that were taken back; all others are unchanged. `updated` is below zero where fewer of the chunk's superseded rows were updated than it counts. */
export interface Merged {
  created: number
  updated: number
  deleted: DeletedRows
}

interface Written {
  created: number
  updated: number
  staged: number
}

const names = stagingColumns.map(column => column.name)

/** What the statement calls the import, and the mark, of a staged row. */
export interface RowOrigin {
  importId: string
  mark: string
}

/** Of a file that is merged alone, all rows are of one import: the second and the third parameter. */
const OF_ONE: RowOrigin = { importId: '$2::uuid', mark: '$3::bigint' }

/**
 * One statement for a chunk, whatever there is already. ON CONFLICT takes the row's lock and then looks at the row as
 * it is by then, so what protects a contact stands in its own row: evaluated and held ones are left alone, and so are
 * those that a newer file wrote. `old.id is null` tells a created row from an updated one, and what an updated one was
 * is kept by the same statement.
 */
export function writtenRows({ existing, markUnchanged }: MergeRules, origin: RowOrigin): string {
  const same = 'c.digest = excluded.digest'
  // Recordings are found after the commit; what a contact has already stays while it names the same.
  const state = `case when c.recording_match is not distinct from excluded.recording_match
                       and c.screen_recording_match is not distinct from excluded.screen_recording_match
                       and c.recording_name is not distinct from excluded.recording_name
                       and c.screen_recording_name is not distinct from excluded.screen_recording_name
                      then c.recording_state else excluded.recording_state end`
  const kept = (name: string) =>
    markUnchanged && !stagingColumns.some(column => column.name === name && column.inDigest)
      ? `${name} = case when ${same} then c.${name} else excluded.${name} end`
      : `${name} = excluded.${name}`
  const update = `do update set
        ${[...names.filter(name => name !== 'reference'), 'import_id', 'agent_id'].map(kept).join(', ')},
        file_mark = excluded.file_mark,
        recording_state = ${state},
        updated_at = ${markUnchanged ? `case when ${same} then c.updated_at else now() end` : 'now()'}
      where c.evaluated_at is null and c.hold_count = 0 and ${
        markUnchanged
          ? `c.file_mark <= excluded.file_mark and (c.digest <> excluded.digest or c.file_mark < excluded.file_mark)`
          : `c.digest <> excluded.digest and c.file_mark <= excluded.file_mark`
      }`
  const updates = existing === 'UPDATE'
  return `
    with written as (
      insert into contacts as c (tenant_id, import_id, file_mark, agent_id, recording_state, ${names.join(', ')})
      select $1::uuid, ${origin.importId}, ${origin.mark}, a.agent_id,
             case when s.recording_match is null and s.screen_recording_match is null then 'NONE_NAMED' else 'MISSING' end,
             ${names.map(name => `s.${name}`).join(', ')}
        from ${STAGED} s left join pg_temp.answering a on a.key = s.agent_match
      on conflict (tenant_id, reference) ${updates ? update : 'do nothing'}
      returning new.import_id, old.id is null as created, old.digest is distinct from new.digest as changed${updates ? `, ${oldValues}` : ''}
    )${updates ? `, kept as (${keepPreImages})` : ''}`
}

const mergeStatement = (rules: MergeRules): string => `${writtenRows(rules, OF_ONE)}
    select count(*) filter (where created)::int as created, count(*) filter (where not created and changed)::int as updated,
           (select count(*)::int from ${STAGED}) as staged
      from written`

const FEW = 100

/** Brings one chunk into the contacts. */
export async function mergeChunk(
  tx: Tx,
  claimed: ClaimedImport,
  rules: MergeRules,
  chunk: RowsChunk,
): Promise<Merged> {
  if (chunk.staged === 0) {
    // A transaction that says nothing for some minutes is ended, and there may be only such chunks for as long.
    await tx.execute(sql`select 1`)
    return { created: 0, updated: 0, deleted: withSuperseded([], chunk) }
  }
  const { tenantId, id, fileMark } = claimed
  await copyChunk(tx, chunk.copy)
  // Of a few rows it costs less to look once, after the merge, and to take back what was buried long ago as well.
  const before = chunk.staged > FEW ? await findBuriedRows(tx, tenantId) : undefined
  const out = await takeOut(tx, claimed, before?.hashes ?? [])
  const fewer = await countRewritten(tx, tenantId, [{ claimed, rewritten: chunk.rewritten }])
  // Not sent ahead of their answers: the driver asks what a statement's parameters are before it runs it.
  const [written] = await tx.$client.unsafe<Written[]>(mergeStatement(rules), [tenantId, id, fileMark])
  if (!written || written.staged + out.length !== chunk.staged)
    throw new Error(
      `${written?.staged} rows were staged of a chunk of ${chunk.staged}, ${out.length} taken out`,
    )
  const lookAgain = before === undefined || (await wasBuriedSince(tx, tenantId, before.horizon))
  const after = lookAgain ? await findBuriedRows(tx, tenantId) : undefined
  const back = await takeBack(tx, claimed, after?.hashes ?? [])
  await noteUnanswered(tx)
  await clearStagingTable(tx)
  return {
    created: written.created - back.length,
    updated: written.updated - (fewer.get(id) ?? 0),
    deleted: withSuperseded([...out, ...back], chunk),
  }
}
