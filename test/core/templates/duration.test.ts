import { expect, test } from 'vitest'
import { compileDuration } from '../../../core/templates/duration.ts'

test.each([
  ['seconds', '90', 90],
  ['seconds', '90.5', 91],
  ['seconds', '90,49', 90],
  ['seconds', '1.005', 1],
  ['seconds', '1,234', null],
  ['seconds', '-5', null],
  ['seconds', '1:30', null],
  ['seconds', '99999999999', null],
  ['milliseconds', '1499', 1],
  ['milliseconds', '1500', 2],
  ['ticks', '15000000', 2],
  ['ticks', '14999999', 1],
  ['days', '0.0010416667', 90],
  ['days', '0,5', 43_200],
  ['m:ss', '2:23', 143],
  ['m:ss', '125:03', 7503],
  ['m:ss', '2:60', null],
  ['m:ss', '1:02:03', null],
  ['h:mm:ss', '0:02:23', 143],
  ['h:mm:ss', '100:00:00', 360_000],
  ['h:mm:ss', '0:02:23.5', 144],
  ['h:mm:ss', '0:2:23', null],
  ['hh:mm:ss', '00:02:23', 143],
  ["m'm's's'", '02m42s', 162],
  ["m'm's's'", '2m4s', 124],
  ["m'm's's'", '2 m', null],
])('%s reads %s as %s', (format, text, seconds) => {
  const parse = compileDuration(format)
  if (typeof parse === 'string') throw new Error(parse)
  expect(parse(text)).toBe(seconds)
})
