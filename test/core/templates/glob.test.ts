import { minimatch } from 'minimatch'
import { expect, test } from 'vitest'
import { compileGlob, globFault } from '../../../core/templates/glob.ts'
import { fc } from '../../support/properties.ts'

test.each([
  ['/**/*.csv', '/b.csv', true],
  ['/**/*.csv', '/a/b/c.CSV', true],
  ['/**/*.csv', '/b.csv.gz', false],
  ['/*.csv', '/a/b.csv', false],
  ['/Täglich/*.csv', '/TA\u0308GLICH/x.csv', true],
  ['/calls-????.csv', '/calls-2026.csv', true],
  ['/{calls,chats}*.csv', '/chats-1.csv', true],
  ['/{calls,chats}*.csv', '/mails-1.csv', false],
  ['/in/**', '/in/a/b', true],
  ['/in/**', '/in', false],
  ['/a/**/b/*.csv', '/a/b/x.csv', true],
  ['/a/**/b/*.csv', '/a/c/d/b/x.csv', true],
  ['/a/**/b/*.csv', '/a/cb/x.csv', false],
  ['/calls (1)+$.csv', '/calls (1)+$.csv', true],
  ['/*.csv', '/.hidden.csv', true],
])('%s on %s: %s', (pattern, path, matches) => {
  expect(globFault(pattern)).toBeNull()
  expect(compileGlob(pattern).matches(path)).toBe(matches)
})

const name = fc.stringMatching(/^[abA]{1,4}$/)
const piece = fc.oneof(name, fc.constantFrom('*', '?', '*a', 'b*', '{a,b}', '{a*,ba}', '{,a}b'))
const segment = fc
  .array(piece, { minLength: 1, maxLength: 3 })
  .map(parts => parts.join('').replace(/\*\*+/g, '*'))
const pattern = fc
  .tuple(fc.array(fc.oneof(segment, fc.constant('**')), { maxLength: 3 }), segment)
  .map(([folders, last]) => `/${[...folders, last].join('/')}`)
const path = fc.array(name, { minLength: 1, maxLength: 4 }).map(names => `/${names.join('/')}`)

test('what matches, matches in minimatch', () => {
  fc.assert(
    fc.property(pattern, path, (pattern, path) => {
      expect(globFault(pattern)).toBeNull()
      const theirs = minimatch(path, pattern, { dot: true, nocase: true, noext: true, nocomment: true })
      expect(compileGlob(pattern).matches(path)).toBe(theirs)
    }),
    { numRuns: 3000 },
  )
})

test('a hostile pattern takes no longer than its length', () => {
  const glob = compileGlob(`/${'*a'.repeat(200)}b`)
  const started = performance.now()
  expect(glob.matches(`/${'a'.repeat(1000)}`)).toBe(false)
  expect(compileGlob(`/${'{a,aa}'.repeat(80)}`).matches(`/${'a'.repeat(161)}`)).toBe(false)
  expect(performance.now() - started).toBeLessThan(2000)
})
