import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { analyseSample } from '../../../../core/setup/analysis/analyse-sample.ts'

const file = new URL('../../../../../shared/data/phonenow-calls.csv', import.meta.url)
const body = await readFile(file).catch(() => undefined)

test.skipIf(!body)(`a real export explains itself (needs ${fileURLToPath(file)})`, () => {
  const { dialect, rowCount, columns, proposal, problems } = analyseSample(body ?? Buffer.of(), {
    fileName: 'phonenow-calls.csv',
    timeZone: 'Europe/Berlin',
  })
  expect(dialect).toEqual({
    encoding: 'UTF_8',
    delimiter: ',',
    quote: '"',
    hasHeader: true,
    skipLines: 0,
    skipLinesAfterHeader: 0,
  })
  expect(rowCount).toBe(5000)
  expect(
    columns.map(({ header, guess, format, alternatives }) => [header, guess, format, alternatives]),
  ).toEqual([
    ['Call Id', 'REFERENCE', null, []],
    ['Agent', 'AGENT', null, []],
    ['Date', 'CONTACT_DAY', 'yyyy-MM-dd', []],
    ['Time', 'CONTACT_TIME', 'H:mm:ss', []],
    ['Topic', 'METADATA', null, []],
    ['Answered (Y/N)', 'METADATA', null, []],
    ['Resolved', 'METADATA', null, []],
    ['Speed of answer in seconds', 'METADATA', null, []],
    ['AvgTalkDuration', 'DURATION', 'h:mm:ss', []],
    ['Satisfaction rating', 'METADATA', null, []],
  ])
  expect(proposal).toMatchObject({
    agentKey: 'NAME',
    timeZone: 'Europe/Berlin',
    filePattern: '/**/*.csv',
    emptyWords: [],
  })
  expect(problems).toEqual([])
})
