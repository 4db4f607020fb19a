import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { committedSchema, contractDifferences, printedSchema } from '../../schema/print.ts'
import { differences, sayings } from '../../schema/release/contract-difference.ts'

const contract = readFileSync(new URL('../../schema/contract.graphql', import.meta.url), 'utf8')

test('the committed SDL is the one that is printed', () => {
  expect(committedSchema()).toBe(printedSchema())
})

test('what the schema shares with the contract is word for word', () => {
  expect(contractDifferences()).toEqual([])
})

/** What the schema says beyond the contract, each with why. */
const grown = {
  'Erasure.recordingsLeft': 'an erasure must not leave recordings of the person without a word',
}

test('the schema has nothing under a name that the contract lacks, but what it grew by for a reason', () => {
  const promised = sayings(contract)
  expect([...sayings(printedSchema()).keys()].filter(name => !promised.has(name))).toEqual(Object.keys(grown))
})

test('a changed type, default, description or argument is noticed', () => {
  const ours = 'type A { "Words." b(c: Int! = 1): String! }'
  expect(differences(ours, 'type A { "Words." b(c: Int! = 1): String! d: Int }')).toEqual([])
  expect(differences(ours, 'type A { "Other." b(c: Int! = 1): String! }')).toHaveLength(1)
  expect(differences(ours, 'type A { "Words." b(c: Int! = 2): String! }')).toHaveLength(1)
  expect(differences(ours, 'type A { "Words." b(c: Int): String }')).toHaveLength(2)
})
