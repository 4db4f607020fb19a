import { and, desc, eq, isNotNull, or, sql } from 'drizzle-orm'
import { type Tx, tables } from '../../db/db.ts'

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
    .where(and(eq(imports.tenantId, tenantId), finished))
    .orderBy(desc(imports.id))
    .limit(1)
  return row?.id
}

/** When a file was last stored whole. */
export async function lastFileAt(tx: Tx, tenantId: string): Promise<Date | null> {
  const [row] = await tx
    .select({ at: uploadedFiles.storedAt })
    .from(uploadedFiles)
    .where(and(eq(uploadedFiles.tenantId, tenantId), isNotNull(uploadedFiles.storedAt)))
    .orderBy(desc(uploadedFiles.id))
    .limit(1)
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
