import { Refusal } from '../refusal.ts'

/** Read-only: receipts, each below the folder of the file that it speaks of. */
export const REPORTS = '/reports'

/** Bytes. */
export const LONGEST_PATH = 4096
export const LONGEST_NAME = 255

/** The path in NFC, or a refusal: edges normalise theirs first; nothing gets past here that did not. */
export const checkedPath = (path: string): string => {
  const composed = path.normalize('NFC')
  if (composed === '/') return composed
  if (Buffer.byteLength(composed) > LONGEST_PATH) {
    throw new Refusal('LIMITED', `A path may have ${LONGEST_PATH} bytes.`)
  }
  const [root, ...names] = composed.split('/')
  const unfit = (name: string) => name === '' || name === '.' || name === '..' || /\p{Cc}/u.test(name)
  if (root !== '' || names.some(unfit)) throw new Refusal('BAD_INPUT', 'This is no path of a file.')
  if (names.some(name => Buffer.byteLength(name) > LONGEST_NAME)) {
    throw new Refusal('LIMITED', `A name may have ${LONGEST_NAME} bytes.`)
  }
  return composed
}

export const nameOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1)

export const parentOf = (path: string): string => path.slice(0, Math.max(1, path.lastIndexOf('/')))

/** The folders that a path lies in, but the root: `/a/b/c` lies in `/a` and `/a/b`. */
export const ancestorsOf = (path: string): string[] => {
  const names = path.split('/').slice(1, -1)
  return names.map((_name, index) => `/${names.slice(0, index + 1).join('/')}`)
}

/** True for what lies below `folder`, not for the folder itself nor for `/ab` below `/a`. */
export const isBelow = (path: string, folder: string): boolean =>
  path.startsWith(folder === '/' ? '/' : `${folder}/`) && path !== '/'

/** The first path that is not below `folder` any more, in the database's order: `0` comes right after `/`. */
export const belowRange = (folder: string): { from: string; until: string } =>
  folder === '/' ? { from: '/', until: '0' } : { from: `${folder}/`, until: `${folder}0` }

/** As PostgreSQL counts them. */
export const characters = (text: string): number => Array.from(text).length

/** What is put below it is tried, and kept no longer than until its receipt is written. */
export const TEST = '/test'

/** Below `/test`, upper and lower case being one. */
export const isTest = (path: string): boolean => path.slice(0, TEST.length + 1).toLowerCase() === `${TEST}/`

/** As patterns see a path: what is below `/test` by its path after that. */
export const withoutTest = (path: string): string => (isTest(path) ? path.slice(TEST.length) : path)

export const isReport = (path: string): boolean => path === REPORTS || isBelow(path, REPORTS)

/** A name that its client is going to change once the file is whole: nothing happens before. */
export const isTemporary = (path: string): boolean => {
  const name = nameOf(path).toLowerCase()
  return name.startsWith('.') || /\.(filepart|part|tmp|partial)$/.test(name)
}
