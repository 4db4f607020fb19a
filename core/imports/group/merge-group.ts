import type { Tx } from '../../../db/db.ts'
import type { ColumnTemplate } from '../../templates/template.ts'
import { findBuriedRows, wasBuriedSince } from '../deleted-before.ts'
import { type MergeRules, type RowOrigin, writtenRows } from '../merge.ts'
import { stagingColumns } from '../reading/staging.ts'
import { countRewritten } from '../rewritten.ts'
import { clearStagingTable, copyChunk, STAGED } from '../staging-table.ts'
import type { Counts } from '../tally.ts'
import type { SoundFile } from './read-group.ts'

/** Beside the reader's columns: of which import a staged row is. */
export const originColumns = ['import_id uuid not null', 'file_mark bigint not null']

const OF_MANY: RowOrigin = { importId: 's.import_id', mark: 's.file_mark' }

export interface MergedFile extends SoundFile {
  counts: Counts
  unlinkedAgents: number
}

/** Something was deleted on purpose while the group was merged. The try begins again, and sees it. */
export class DeletedMeanwhile extends Error {
  override readonly name = 'DeletedMeanwhile'
}

/** By the template of the files of a wave. */
export type RulesFor = (template: ColumnTemplate) => Promise<MergeRules>

/** Files that repeat each other's references are no faster together: a group of them must not last. */
const MOST_WAVES = 50

/**
 * Merges files in their order, many with one statement. Ends before the first that has a row whose contact was
 * deleted on purpose, which goes alone, and after so many statements. Answers the files that were merged.
 */
export async function mergeGroup(
  tx: Tx,
  tenantId: string,
  rulesFor: RulesFor,
  files: readonly SoundFile[],
): Promise<MergedFile[]> {
  const merged: MergedFile[] = []
  let waves = 0
  for (const wave of wavesOf(files)) {
    if (++waves > MOST_WAVES) break
    const done = await mergeWave(tx, tenantId, await rulesFor(wave[0].template.template), wave)
    merged.push(...done)
    if (done.length < wave.length) break
  }
  return merged
}

const REFERENCE = stagingColumns.findIndex(({ name }) => name === 'reference')

const referencesOf = ({ rows }: SoundFile) =>
  rows.copy
    .toString()
    .split('\n')
    .slice(0, -1)
    .map(line => line.split('\t', REFERENCE + 1)[REFERENCE] ?? '')

/**
 * Runs of files that one template reads and that share no reference: a statement can write a contact only once, and
 * the later file's row must stand.
 */
function* wavesOf(files: readonly SoundFile[]): Generator<[SoundFile, ...SoundFile[]]> {
  let wave: [SoundFile, ...SoundFile[]] | undefined
  const seen = new Set<string>()
  for (const file of files) {
    const references = referencesOf(file)
    const another = wave && wave[0].template.id !== file.template.id
    if (wave && (another || references.some(reference => seen.has(reference)))) {
      yield wave
      wave = undefined
      seen.clear()
    }
    if (wave) wave.push(file)
    else wave = [file]
    for (const reference of references) seen.add(reference)
  }
  if (wave) yield wave
}

async function mergeWave(
  tx: Tx,
  tenantId: string,
  rules: MergeRules,
  wave: readonly SoundFile[],
): Promise<MergedFile[]> {
  await copyChunk(tx, Buffer.from(wave.map(withOrigin).join('')))
  const buried = await findBuriedRows(tx, tenantId)
  const sound = await beforeBuried(tx, wave, buried.hashes)
  const staged = await countStaged(tx)
  const fewer = await countRewritten(
    tx,
    tenantId,
    sound.map(({ claimed, rows }) => ({ claimed, rewritten: rows.rewritten })),
  )
  const written = new Map(
    (
      await tx.$client.unsafe<Written[]>(
        `${writtenRows(rules, OF_MANY)}
         select import_id, count(*) filter (where created)::int as created,
                count(*) filter (where not created and changed)::int as updated
           from written group by import_id`,
        [tenantId],
      )
    ).map(row => [row.import_id, row]),
  )
  if (await wasBuriedSince(tx, tenantId, buried.horizon))
    if ((await findBuriedRows(tx, tenantId)).hashes.length > 0) throw new DeletedMeanwhile()
  await clearStagingTable(tx)
  return sound.map(file => {
    const { claimed, rows } = file
    const found = staged.get(claimed.id)
    if (found?.staged !== rows.staged)
      throw new Error(`${found?.staged} rows were staged of a file of ${rows.staged}`)
    return {
      ...file,
      counts: countsOf(rows, written.get(claimed.id), fewer.get(claimed.id)),
      unlinkedAgents: found.unanswered,
    }
  })
}

interface Written {
  import_id: string
  created: number
  updated: number
}

const countsOf = (rows: SoundFile['rows'], written: Written | undefined, fewer = 0): Counts => {
  const created = written?.created ?? 0
  const updated = (written?.updated ?? 0) - fewer
  return {
    rowsRead: rows.staged + rows.supersededUpdated + rows.supersededUnchanged,
    created,
    updated: updated + rows.supersededUpdated,
    unchanged: rows.staged - created - updated + rows.supersededUnchanged,
    rejected: 0,
  }
}

/** Line ends within cells are escaped: what is left of them ends a row. */
const withOrigin = ({ claimed, rows }: SoundFile) =>
  rows.copy.toString().replaceAll('\n', `\t${claimed.id}\t${claimed.fileMark}\n`)

/** The files before the first with a buried row; the others' rows are taken out of staging. */
async function beforeBuried(
  tx: Tx,
  wave: readonly SoundFile[],
  hashes: string[],
): Promise<readonly SoundFile[]> {
  if (hashes.length === 0) return wave
  const gone = await tx.$client.unsafe<{ import_id: string }[]>(
    `delete from ${STAGED} where file_mark >= (
       select min(file_mark) from ${STAGED} where reference_hash = any($1::uuid[])) returning import_id`,
    [hashes],
  )
  const left = new Set(gone.map(row => row.import_id))
  return wave.filter(({ claimed }) => !left.has(claimed.id))
}

/** Of each file: its staged rows, and its agents' keys that nobody answers to. */
async function countStaged(tx: Tx) {
  const rows = await tx.$client.unsafe<{ import_id: string; staged: number; unanswered: number }[]>(
    `select s.import_id, count(*)::int as staged,
            count(distinct s.agent_match) filter (where a.key is null)::int as unanswered
       from ${STAGED} s left join pg_temp.answering a on a.key = s.agent_match
      group by s.import_id`,
  )
  return new Map(rows.map(row => [row.import_id, row]))
}
