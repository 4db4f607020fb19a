import { isUtf8 } from 'node:buffer'
import { Refusal } from '../core/refusal.ts'

/**
 * The client's bytes as the tree's path: absolute, normalised, NFC. There is no outside: `..` above the root is the
 * root, so a path that points out is answered as the one inside that it means.
 *
 * NFC, because macOS sends names decomposed and the CSV names them composed: two spellings of one name would be two
 * files that look alike. Control characters are refused: they forge lines in listings, receipts and logs.
 */
const LONGEST_NAME = 255
const LONGEST_PATH = 4096

export function treePath(raw: Buffer): string {
  if (raw.length > LONGEST_PATH) throw new Refusal('LIMITED', `A path may have ${LONGEST_PATH} bytes.`)
  if (!isUtf8(raw)) throw new Refusal('BAD_INPUT', 'Names must be UTF-8.')
  const text = raw.toString('utf8').normalize('NFC')
  if (/\p{Cc}/u.test(text)) throw new Refusal('BAD_INPUT', 'Names must not hold control characters.')
  const segments: string[] = []
  for (const segment of text.split('/')) {
    if (segment === '' || segment === '.') continue
    if (segment === '..') segments.pop()
    else if (Buffer.byteLength(segment) > LONGEST_NAME) {
      throw new Refusal('LIMITED', `A name may have ${LONGEST_NAME} bytes.`)
    } else segments.push(segment)
  }
  return `/${segments.join('/')}`
}

/** True for what lies below `folder`, not for the folder itself nor for `/ab` below `/a`. */
export const isBelow = (path: string, folder: string): boolean =>
  folder === '/' ? path !== '/' : path.startsWith(`${folder}/`)
