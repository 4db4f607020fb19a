import { patternFits } from '../imports/templates-in-force.ts'
import { nameOf } from './paths.ts'

/** CONTACTS: a template reads it. RECORDING: sound or screen, by its name. OTHER: kept, and nothing made of it. */
export type FileKind = 'CONTACTS' | 'RECORDING' | 'OTHER'

const recordings = new Set(
  [
    ['wav', 'mp3', 'ogg', 'oga', 'opus', 'm4a', 'aac', 'flac', 'gsm', 'wma', 'amr', 'au', 'vox', 'mka'],
    ['mp4', 'm4v', 'webm', 'mkv', 'avi', 'mov', 'wmv', 'ogv', '3gp'],
  ].flat(),
)

/** By the patterns of the templates in force. */
export const kindOf = (path: string, patterns: readonly string[]): FileKind => {
  if (patterns.some(pattern => patternFits(pattern, path))) return 'CONTACTS'
  const extension = nameOf(path).toLowerCase().split('.').at(-1) ?? ''
  return recordings.has(extension) ? 'RECORDING' : 'OTHER'
}
