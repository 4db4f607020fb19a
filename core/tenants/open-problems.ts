import { sql } from 'drizzle-orm'
import type { Tx } from '../../db/db.ts'
import { TEST } from '../files/paths.ts'
import { keptOf } from '../imports/failure.ts'
import { type Problem, problem } from '../imports/problem.ts'
import { patternFits, patternsInForce } from '../imports/templates-in-force.ts'
import { leftInArchives } from './left-in-archives.ts'
import { recordingProblems } from './recording-problems.ts'

/** Of each kind; the newest. Whoever has more has one cause, and sees it by these. */
const MOST = 50
/** CSVs without a template that are looked at, before those that a template names by now are left out. */
const MOST_UNCLAIMED = 1_000
/** What a file's sender or a template should have made good is told of the files of so many days. */
const DAYS = 7

/**
 * What waits for somebody about a tenant's files, archives, imports and recordings, newest first in each kind. Files with a name of their
 * own each night are never made good by a later one of the same path: what is refused, or read by no template, leaves
 * this list after seven days, as an upload that nobody sends again does. Faults of ours stay until they are made good,
 * or their file is deleted: nothing can be done about it then.
 */
export async function openProblems(tx: Tx, tenantId: string, now: Date): Promise<Problem[]> {
  const since = firstIdAt(now.getTime() - DAYS * 86_400_000)
  return [
    ...(await troubledImports(tx, tenantId, since)),
    ...(await leftInArchives(tx, tenantId, since)),
    ...(await unclaimedFiles(tx, tenantId, since)),
    ...(await droppedUploads(tx, tenantId, since)),
    ...(await recordingProblems(tx, tenantId, { now, since })),
  ]
}

/** The smallest id of that time: ids are UUIDs of version 7, so that their own index knows their age. */
function firstIdAt(time: number): string {
  const hex = time.toString(16).padStart(12, '0')
  return `${hex.slice(0, 8)}-${hex.slice(8)}-7000-8000-000000000000`
}

/**
 * Refused and failed imports that no later one has made good: one of the same path, or, for a file without rows, any
 * that was read of the same folder.
 */
async function troubledImports(tx: Tx, tenantId: string, since: string): Promise<Problem[]> {
  const rows = await tx.execute<{ path: string; failure: Problem | null; set_aside: boolean }>(sql`
    select i.path, i.failure, i.set_aside_at is not null as set_aside
      from imports i
     where i.tenant_id = ${tenantId} and i.status in ('REFUSED', 'FAILED') and not i.dry_run and i.purged_at is null
       and (i.status = 'FAILED' or i.id >= ${since}::uuid)
       and not exists (
         select from imports j
          where j.tenant_id = i.tenant_id and j.id > i.id and not j.dry_run
            and (j.path = i.path and j.status in ('COMPLETED', 'REFUSED', 'FAILED', 'UNDONE')
              or i.failure->>'code' in ('EMPTY', 'NO_ROWS') and j.status = 'COMPLETED'
                and regexp_replace(j.path, '[^/]+$', '') = regexp_replace(i.path, '[^/]+$', '')))
     order by i.ordinal desc
     limit ${MOST}`)
  return rows.map(({ path, failure, set_aside }) => {
    const details = { ...failure?.details, path }
    if (set_aside)
      return problem('IMPORT_SET_ASIDE', 'STAFF', {
        message: `${path} could not be imported for a fault of ours, was tried until the limit and set aside. Later files are imported. ${keptOf(Number(failure?.details?.['taken'] ?? 0))}`,
        details: { ...details, cause: failure?.code ?? null },
      })
    return failure
      ? { ...failure, message: `${path}: ${failure.message}`, details }
      : problem('IMPORT_FAILED', 'OURS', {
          message: `${path} could not be imported for a fault of ours. It is tried again by itself; nothing is kept twice.`,
          details,
        })
  })
}

/** CSVs that no template names, not even one made since: somebody expects their rows. */
async function unclaimedFiles(tx: Tx, tenantId: string, since: string): Promise<Problem[]> {
  const rows = await tx.execute<{ path: string }>(sql`
    select path
      from uploaded_files
     where tenant_id = ${tenantId} and kind = 'OTHER' and id >= ${since}::uuid and status = 'STORED' and listed
       and lower(path) like '%.csv' and not starts_with(path, '/reports/') and not starts_with(lower(path), ${`${TEST}/`})
     order by id desc
     limit ${MOST_UNCLAIMED}`)
  if (rows.length === 0) return []
  const patterns = await patternsInForce(tx, tenantId)
  const unclaimed = rows.filter(({ path }) => !patterns.some(pattern => patternFits(pattern, path)))
  return unclaimed.slice(0, MOST).map(({ path }) =>
    problem('NO_TEMPLATE', 'ADMIN', {
      message: `${path} is a CSV that no template's pattern names, so nothing of it was imported. Send it to a folder that a template names, or change a template's pattern and send it again.`,
      details: { path },
    }),
  )
}

/** Uploads that were dropped, and of whose path no later one was stored: under a temporary name, of the name it hides. */
async function droppedUploads(tx: Tx, tenantId: string, since: string): Promise<Problem[]> {
  const rows = await tx.execute<{ path: string; size: string; reason: string }>(sql`
    select f.path, f.size, f.reason
      from uploaded_files f
     where f.tenant_id = ${tenantId} and f.status = 'INCOMPLETE' and f.reason is not null and f.id >= ${since}::uuid
       and not starts_with(lower(f.path), ${`${TEST}/`})
       and not exists (
         select from uploaded_files g
          where g.tenant_id = f.tenant_id and g.id > f.id and g.status in ('STORED', 'DISCARDED')
            and g.path in (f.path, regexp_replace(regexp_replace(f.path, ${TEMPORARY_ENDING}, '', 'i'), ${HIDING_DOT}, '/')))
     order by f.id desc
     limit ${MOST}`)
  return rows.map(({ path, size, reason }) =>
    problem('UPLOAD_INCOMPLETE', 'SENDER', {
      message: `${path} is not whole, and nothing of it was imported: ${withRemedy(reason)}`,
      details: { path, bytes: Number(size) },
    }),
  )
}

/** As `isTemporary` in core/files/paths.ts knows them. */
const TEMPORARY_ENDING = String.raw`\.(filepart|part|tmp|partial)$`
const HIDING_DOT = String.raw`/\.(?=[^/]+$)`

/** A refusal's own words may say what to do already. */
function withRemedy(reason: string): string {
  const sentence = /[.!?]$/.test(reason) ? reason : `${reason}.`
  return /\bsend\b.*\bagain\b/i.test(sentence) ? sentence : `${sentence} Send it again.`
}
