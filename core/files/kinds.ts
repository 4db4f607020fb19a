import { and, desc, eq } from 'drizzle-orm'
import { LRUCache } from 'lru-cache'
import type { Tx } from '../../db/db.ts'
import { tables } from '../../db/db.ts'
import type { Glob } from '../templates/glob.ts'
import { compileGlob } from '../templates/glob.ts'
import { nameOf } from './paths.ts'

const { columnTemplates } = tables

/** CONTACTS: a template reads it. RECORDING: sound or screen, by its name. OTHER: kept, and nothing made of it. */
export type FileKind = 'CONTACTS' | 'RECORDING' | 'OTHER'

const recordings = new Set(
  [
    ['wav', 'mp3', 'ogg', 'oga', 'opus', 'm4a', 'aac', 'flac', 'gsm', 'wma', 'amr', 'au', 'vox', 'mka'],
    ['mp4', 'm4v', 'webm', 'mkv', 'avi', 'mov', 'wmv', 'ogv', '3gp'],
  ].flat(),
)

const compiled = new LRUCache<string, Glob>({ max: 500 })

const globOf = (pattern: string): Glob => {
  const glob = compiled.get(pattern) ?? compileGlob(pattern)
  compiled.set(pattern, glob)
  return glob
}

/** The patterns of all templates in force: of each lineage its newest version, unless that is retired. */
export const patternsInForce = async (tx: Tx, tenantId: string): Promise<string[]> => {
  const newest = await tx
    .selectDistinctOn([columnTemplates.lineage], {
      pattern: columnTemplates.filePattern,
      retiredAt: columnTemplates.retiredAt,
    })
    .from(columnTemplates)
    .where(and(eq(columnTemplates.tenantId, tenantId)))
    .orderBy(columnTemplates.lineage, desc(columnTemplates.version))
  return newest.filter(row => row.retiredAt === null).map(row => row.pattern)
}

/** `.gz` is left off, as the template's pattern is meant. */
export const kindOf = (path: string, patterns: readonly string[]): FileKind => {
  const plain = path.replace(/(?<=.)\.gz$/i, '')
  if (patterns.some(pattern => globOf(pattern).matches(plain))) return 'CONTACTS'
  const extension = nameOf(path).toLowerCase().split('.').at(-1) ?? ''
  return recordings.has(extension) ? 'RECORDING' : 'OTHER'
}
