import { expect, test } from 'vitest'
import { rememberLastTold } from '../../schema/last-told.ts'

test('a state is news once, and again when there was another one in between', () => {
  const told = rememberLastTold(10)
  expect(told.isNews('a', 'RUNNING')).toBe(true)
  expect(told.isNews('a', 'RUNNING')).toBe(false)
  expect(told.isNews('b', 'RUNNING')).toBe(true)
  expect(told.isNews('a', 'COMPLETED')).toBe(true)
  expect(told.isNews('a', 'RUNNING')).toBe(true)
})

test('what was told longest ago is forgotten first', () => {
  const told = rememberLastTold(3)
  for (const id of ['a', 'b', 'c']) told.isNews(id, 'QUEUED')
  told.isNews('a', 'RUNNING')
  told.isNews('d', 'QUEUED')
  for (const [id, state] of [
    ['a', 'RUNNING'],
    ['c', 'QUEUED'],
    ['d', 'QUEUED'],
  ] as const)
    expect(told.isNews(id, state)).toBe(false)
  expect(told.isNews('b', 'QUEUED')).toBe(true)
})
