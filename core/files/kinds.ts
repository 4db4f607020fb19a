import { isArchive } from '../imports/packed/archive-names.ts'
import { patternFits } from '../imports/templates-in-force.ts'
import { recordingEndings } from '../recordings/recording-names.ts'
import { isTest, nameOf } from './paths.ts'

/** CONTACTS: a template reads it. RECORDING: sound or screen, by its name, and not below `/test/`. OTHER: kept, and nothing made of it. */
export type FileKind = 'CONTACTS' | 'RECORDING' | 'OTHER'

/** By the patterns of the templates in force. An archive is unpacked, whatever they say: its entries are files. */
export const kindOf = (path: string, patterns: readonly string[]): FileKind => {
  if (isArchive(path)) return 'OTHER'
  if (patterns.some(pattern => patternFits(pattern, path))) return 'CONTACTS'
  const extension = nameOf(path).toLowerCase().split('.').at(-1) ?? ''
  return recordingEndings.has(extension) && !isTest(path) ? 'RECORDING' : 'OTHER'
}
