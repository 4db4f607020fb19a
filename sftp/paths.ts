import { isUtf8 } from 'node:buffer'
import { checkedPath } from '../core/files/paths.ts'
import { Refusal } from '../core/refusal.ts'

/**
 * The client's bytes as the tree's path: absolute, normalised, NFC. There is no outside: `..` above the root is the
 * root, so a path that points out is answered as the one inside that it means.
 *
 * NFC, because macOS sends names decomposed and the CSV names them composed: two spellings of one name would be two
 * files that look alike. Control characters are refused: they forge lines in listings, receipts and logs.
 */
export function treePath(raw: Buffer): string {
  if (!isUtf8(raw)) throw new Refusal('BAD_INPUT', 'Names must be UTF-8.')
  const text = raw.toString('utf8').normalize('NFC')
  if (/\p{Cc}/u.test(text)) throw new Refusal('BAD_INPUT', 'Names must not hold control characters.')
  const segments: string[] = []
  for (const segment of text.split('/')) {
    if (segment === '' || segment === '.') continue
    if (segment === '..') segments.pop()
    else segments.push(segment)
  }
  return checkedPath(`/${segments.join('/')}`)
}
