import { describe, expect, test } from 'vitest'
import { releaseFaults } from '../../schema/print.ts'
import { unnamed, withLines } from '../../schema/release/changelog.ts'
import { additions, breakingChanges, undatedDeprecations } from '../../schema/release/changes.ts'

const released = `
  type Query { thing(id: ID!, size: Int = 1): Thing other: Kind }
  "What it is." type Thing { id: ID! name: String }
  enum Kind { A B }
  input Wish { a: Int }
`
const changed = (from: string, to: string) => released.replace(from, to)

test('nothing of the last release is broken, and all that is new is in the changelog', () => {
  expect(releaseFaults()).toEqual([])
})

describe('what clients would trip over is refused', () => {
  test.each([
    ['a field that is gone', ' name: String', '', /Thing\.name/],
    ['a field that may be null now', 'id: ID! name', 'id: ID name', /Thing\.id/],
    ['a field of another type', 'other: Kind', 'other: String', /Query\.other/],
    ['a member that is gone', 'A B', 'A', /B/],
    ['a new argument that must be given', 'size: Int = 1', 'size: Int = 1, way: Int!', /way/],
    ['an argument that must be given now', 'a: Int', 'a: Int!', /a/],
    ['another default', 'size: Int = 1', 'size: Int = 2', /size/],
  ])('%s', (_, from, to, words) => {
    const changes = breakingChanges(released, changed(from, to))
    expect(changes).toEqual([expect.stringMatching(words)])
  })

  test('what grows is not', () => {
    const grown = changed('name: String', 'name: String age: Int').replace(
      'size: Int = 1',
      'size: Int = 1, way: Int',
    )
    expect(breakingChanges(released, grown)).toEqual([])
  })
})

test('what is new is named once, by the largest thing that is new', () => {
  const grown = changed('name: String', 'name: String part(a: Int): Part').replace(
    'a: Int }',
    'a: Int b: Int }',
  )
  expect(additions(released, `${grown} type Part { x: Int }`)).toEqual(['Thing.part', 'Wish.b', 'Part'])
})

test('a name in an older part of the changelog does not count; a line is made of what describes it', () => {
  const changelog = '# Changes\n\n## Unreleased\n\n## 1\n\n- `Thing`\n'
  expect(unnamed(changelog, ['Thing'])).toEqual(['Thing'])
  const named = withLines(changelog, ['Thing', 'Kind'], name =>
    name === 'Thing' ? 'What it is. And more.' : undefined,
  )
  expect(named).toContain('## Unreleased\n\n- `Thing`: What it is.\n- `Kind`\n\n## 1')
  expect(unnamed(named, ['Thing', 'Kind'])).toEqual([])
})

test('a deprecation says why, and a date', () => {
  const with_ = (reason: string) => changed('name: String', `name: String @deprecated(reason: "${reason}")`)
  expect(undatedDeprecations(with_('Use title; gone on 2027-01-01.'))).toEqual([])
  expect(undatedDeprecations(with_('Use title.'))).toEqual([expect.stringContaining('Thing.name')])
})
