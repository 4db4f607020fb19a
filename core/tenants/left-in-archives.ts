import { sql } from 'drizzle-orm'
import type { Tx } from '../../db/db.ts'
import { hasLeftCsv } from '../imports/packed/left-out.ts'
import { type Problem, problem } from '../imports/problem.ts'

/** The newest. */
const MOST = 50

/**
 * Archives that were unpacked but for a CSV that no template names: somebody expects its rows. Until the same archive,
 * or another by its name, is unpacked. By their files, since archives are few among imports.
 */
export async function leftInArchives(tx: Tx, tenantId: string, since: string): Promise<Problem[]> {
  const rows = await tx.execute<{ path: string; problems: Problem[] }>(sql`
    select i.path, i.problems
      from uploaded_files f
      join imports i on i.tenant_id = f.tenant_id and i.file_id = f.id
     where f.tenant_id = ${tenantId} and f.kind = 'OTHER' and f.id >= ${since}::uuid
       and i.path ~* '[^/][.]zip$' and i.status = 'COMPLETED' and not i.dry_run and i.purged_at is null
       and exists (select from jsonb_array_elements(i.problems) p where p #>> '{details,csvs}' <> '0')
       and not exists (
         select from imports j
          where j.tenant_id = i.tenant_id and j.id > i.id and j.path = i.path and not j.dry_run
            and j.status in ('COMPLETED', 'REFUSED', 'FAILED'))
     order by i.id desc
     limit ${MOST}`)
  return rows.flatMap(({ path, problems }) => {
    const left = problems.find(each => hasLeftCsv([each]))
    if (left === undefined) return []
    const { message, details } = left
    return problem('NO_TEMPLATE', 'ADMIN', {
      message: `${path}: ${message}`,
      details: { ...details, path },
    })
  })
}
