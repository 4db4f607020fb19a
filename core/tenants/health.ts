import { and, desc, eq, isNotNull, max, or, sql } from 'drizzle-orm'
import { type Tx, tables } from '../../db/db.ts'
import { TEST } from '../files/paths.ts'

const { imports, uploadedFiles } = tables

/** The import that finished last. One that failed for our fault has finished once it is set aside. */
export async function lastFinishedImport(tx: Tx, tenantId: string): Promise<string | undefined> {
  const finished = or(
    sql`${imports.status} in ('COMPLETED', 'REFUSED', 'UNDONE')`,
    and(eq(imports.status, 'FAILED'), isNotNull(imports.setAsideAt)),
  )
  const [row] = await tx
    .select({ id: imports.id })
    .from(imports)
    .where(and(eq(imports.tenantId, tenantId), eq(imports.dryRun, false), finished))
    .orderBy(desc(imports.id))
    .limit(1)
  return row?.id
}

/** Files begun last that are compared: more than a tenant sends at once. */
const BEGUN_LAST = 200

/**
 * When a file was last stored whole. Files are in order of their beginning and a large one may end after many that
 * were begun later, so the latest end is looked for among the last of them: an index of ends would cost each upload.
 * What was put below `/test` is no file of a night; once its receipt is written it does not count as stored.
 */
export async function lastFileAt(tx: Tx, tenantId: string): Promise<Date | null> {
  const last = tx
    .select({ at: uploadedFiles.storedAt })
    .from(uploadedFiles)
    .where(
      and(
        eq(uploadedFiles.tenantId, tenantId),
        isNotNull(uploadedFiles.storedAt),
        sql`not starts_with(lower(${uploadedFiles.path}), ${`${TEST}/`})`,
      ),
    )
    .orderBy(desc(uploadedFiles.id))
    .limit(BEGUN_LAST)
    .as('last')
  const [row] = await tx.select({ at: max(last.at) }).from(last)
  return row?.at ?? null
}

/** When an import last brought a row that was kept, new or known: a file that arrives empty moves the other time only. */
export async function lastRowAt(tx: Tx, tenantId: string): Promise<Date | null> {
  const kept = sql`${imports.created} + ${imports.updated} + ${imports.unchanged} > 0`
  const [row] = await tx
    .select({ at: imports.finishedAt })
    .from(imports)
    .where(
      and(eq(imports.tenantId, tenantId), eq(imports.status, 'COMPLETED'), eq(imports.dryRun, false), kept),
    )
    .orderBy(desc(imports.id))
    .limit(1)
  return row?.at ?? null
}
