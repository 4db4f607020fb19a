import { sql } from 'drizzle-orm'
import type { Tx } from '../../db/db.ts'
import { TEST } from '../files/paths.ts'
import type { Problem } from '../imports/problem.ts'

const MOST = 50

/**
 * Archives of which nothing was taken since the id `since`, newest first, until one of the same path is sent: refused,
 * or without an entry that anything becomes of. What is wrong with one stands in its newest receipt alone.
 */
export async function archiveProblems(tx: Tx, tenantId: string, since: string): Promise<Problem[]> {
  const rows = await tx.execute<{ path: string; problem: Problem }>(sql`
    select f.path, coalesce(nullif(r.receipt->'failure', 'null'), r.receipt->'problems'->0) as problem
      from uploaded_files f
      join lateral (
        select path, convert_from(body, 'UTF8')::jsonb as receipt
          from reports
         where tenant_id = f.tenant_id and file_id = f.id and body is not null and path like '%.json'
         order by id desc
         limit 1) r on r.path ~ '[.](REFUSED|IGNORED)[.]json$'
     where f.tenant_id = ${tenantId} and f.id >= ${since}::uuid and f.status = 'STORED' and f.listed
       and lower(f.path) like '%.zip' and not starts_with(lower(f.path), ${`${TEST}/`})
       and not exists (
         select from uploaded_files g
          where g.tenant_id = f.tenant_id and g.id > f.id and g.path = f.path and g.status in ('STORED', 'DISCARDED'))
     order by f.id desc
     limit ${MOST}`)
  return rows
    .filter(({ problem }) => problem !== null)
    .map(({ path, problem }) => ({
      ...problem,
      message: `${path}: ${problem.message}`,
      details: { ...problem.details, path },
    }))
}
