import { and, eq, gte, lt, sql } from 'drizzle-orm'
import type { Tx } from '../../db/db.ts'
import { tables } from '../../db/db.ts'
import { folderEntry, tenantMade } from './current-files.ts'
import type { Entry } from './file-tree.ts'
import { belowRange, characters, nameOf, REPORTS } from './paths.ts'

const { reports } = tables

/** `/reports` as its rows have it: their paths are whole (`/reports/calls.csv.….OK.json`), folders exist by them. */
export const reportAt = async (tx: Tx, tenantId: string, path: string) => {
  const [row] = await tx
    .select()
    .from(reports)
    .where(and(eq(reports.tenantId, tenantId), eq(reports.path, path)))
  return row
}

export type ReportRow = NonNullable<Awaited<ReturnType<typeof reportAt>>>

type ReportHead = Pick<ReportRow, 'path' | 'size' | 'createdAt'>

export const reportEntry = ({ path, size, createdAt }: ReportHead): Entry => ({
  name: nameOf(path),
  path,
  kind: 'file',
  size,
  modified: createdAt,
  readOnly: true,
})

const below = (tenantId: string, folder: string) => {
  const { from, until } = belowRange(folder)
  return and(eq(reports.tenantId, tenantId), gte(reports.path, from), lt(reports.path, until))
}

/** Undefined when there is no such folder; `/reports` itself always is. */
export const reportFolder = async (tx: Tx, tenantId: string, path: string): Promise<Entry | undefined> => {
  const [newest] = await tx
    .select({ at: sql<string | null>`max(${reports.createdAt})` })
    .from(reports)
    .where(below(tenantId, path))
  const at = newest?.at ?? (path === REPORTS ? await tenantMade(tx, tenantId) : undefined)
  return at === undefined ? undefined : folderEntry(path, new Date(at), true)
}

export const reportsIn = async (tx: Tx, tenantId: string, folder: string): Promise<Entry[]> => {
  const rest = sql`substr(${reports.path}, ${characters(folder) + 2})`
  const files = await tx
    .select({ path: reports.path, size: reports.size, createdAt: reports.createdAt })
    .from(reports)
    .where(and(below(tenantId, folder), sql`strpos(${rest}, '/') = 0`))
  const name = sql<string>`split_part(${rest}, '/', 1)`
  const inner = await tx
    .select({ name, at: sql<string>`max(${reports.createdAt})` })
    .from(reports)
    .where(and(below(tenantId, folder), sql`strpos(${rest}, '/') > 0`))
    .groupBy(sql`1`)
  const folders = inner.map(row => folderEntry(`${folder}/${row.name}`, new Date(row.at), true))
  return [...folders, ...files.map(reportEntry)]
}
