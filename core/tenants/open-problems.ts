import { sql } from 'drizzle-orm'
import type { Tx } from '../../db/db.ts'
import type { Problem } from '../imports/problem.ts'

/** Of each kind; the newest. Whoever has more has one cause, and sees it by these. */
const MOST = 50

/** What waits for somebody about a tenant's files and imports, newest first in each kind. */
export async function openProblems(tx: Tx, tenantId: string): Promise<Problem[]> {
  return [
    ...(await troubledImports(tx, tenantId)),
    ...(await unclaimedFiles(tx, tenantId)),
    ...(await droppedUploads(tx, tenantId)),
  ]
}

/** Refused and failed imports that no later import of the same path has made good. */
async function troubledImports(tx: Tx, tenantId: string): Promise<Problem[]> {
  const rows = await tx.execute<{ path: string; failure: Problem | null; set_aside: boolean }>(sql`
    select f.path, i.failure, i.set_aside_at is not null as set_aside
      from imports i
      join uploaded_files f on f.tenant_id = i.tenant_id and f.id = i.file_id
     where i.tenant_id = ${tenantId} and i.status in ('REFUSED', 'FAILED') and not i.dry_run
       and not exists (
         select from uploaded_files g
           join imports j on j.tenant_id = g.tenant_id and j.file_id = g.id
          where g.tenant_id = f.tenant_id and g.path = f.path and j.ordinal > i.ordinal
            and j.status in ('COMPLETED', 'REFUSED', 'FAILED'))
     order by i.ordinal desc
     limit ${MOST}`)
  return rows.map(({ path, failure, set_aside }) => {
    const details = { ...failure?.details, path }
    if (set_aside)
      return problem('IMPORT_SET_ASIDE', 'STAFF', {
        message: `${path} could not be imported for a fault of ours, was tried until the limit and set aside. Later files are imported. Nothing of it was kept.`,
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

/** CSVs that no template names: somebody expects their rows. */
async function unclaimedFiles(tx: Tx, tenantId: string): Promise<Problem[]> {
  const rows = await tx.execute<{ path: string }>(sql`
    select path
      from uploaded_files
     where tenant_id = ${tenantId} and kind = 'OTHER' and status = 'STORED' and listed
       and lower(path) like '%.csv' and not starts_with(path, '/reports/')
     order by id desc
     limit ${MOST}`)
  return rows.map(({ path }) =>
    problem('NO_TEMPLATE', 'ADMIN', {
      message: `${path} is a CSV that no template's pattern names, so nothing of it was imported. Send it to a folder that a template names, or change a template's pattern.`,
      details: { path },
    }),
  )
}

/** Uploads that were dropped, and whose path no later upload completed. */
async function droppedUploads(tx: Tx, tenantId: string): Promise<Problem[]> {
  const rows = await tx.execute<{ path: string; size: string; reason: string }>(sql`
    select f.path, f.size, f.reason
      from uploaded_files f
     where f.tenant_id = ${tenantId} and f.status = 'INCOMPLETE' and f.reason is not null
       and not exists (
         select from uploaded_files g
          where g.tenant_id = f.tenant_id and g.path = f.path and g.id > f.id and g.status = 'STORED')
     order by f.id desc
     limit ${MOST}`)
  return rows.map(({ path, size, reason }) =>
    problem('UPLOAD_INCOMPLETE', 'SENDER', {
      message: `${path} was not sent to its end: ${reason} Nothing of it was imported. Send it again.`,
      details: { path, bytes: Number(size) },
    }),
  )
}

const problem = (
  code: string,
  whoseMove: Problem['whoseMove'],
  { message, details }: Pick<Problem, 'message' | 'details'>,
): Problem => ({ code, message, whoseMove, row: null, column: null, details })
