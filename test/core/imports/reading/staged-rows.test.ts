import { existsSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { foldAgentKey } from '../../../../core/templates/agent-key.ts'
import { aTemplate } from '../../templates/a-template.ts'
import { readAll } from './read-all.ts'

test('every cell of a row arrives in its staging column', async () => {
  const template = aTemplate(
    [
      ['Id', 'REFERENCE'],
      ['Agent', 'AGENT'],
      ['Day', 'CONTACT_DAY', 'dd.MM.yyyy'],
      ['Time', 'CONTACT_TIME', 'H:mm'],
      ['Dir', 'DIRECTION'],
      ['Channel', 'CHANNEL'],
      ['Phone', 'CUSTOMER_PHONE'],
      ['Length', 'DURATION', 'm:ss'],
      ['Queue', 'QUEUE'],
      ['Campaign', 'CAMPAIGN'],
      ['Result', 'DISPOSITION'],
      ['Url', 'EXTERNAL_URL'],
      ['Wav', 'RECORDING'],
      ['Mp4', 'SCREEN_RECORDING'],
      ['Zeta', 'METADATA'],
      ['Beta', 'METADATA'],
      ['Secret', 'IGNORED'],
    ],
    { emptyWords: ['n/a'] },
  )
  const file = [
    'Id,Agent,Day,Time,Dir,Channel,Phone,Length,Queue,Campaign,Result,Url,Wav,Mp4,Zeta,Beta,Secret,Alpha,Empty',
    '007, JU\u0308RGEN ,26.10.2025,2:30,in,voice,+49 30,2:05,"a\tb\\",N/A,,http://x.example/,D:\\Rec\\a.wav,,"z ""q""",\\N,shh\0,α,',
  ].join('\r\n')
  const { rows, rejections } = await readAll(file, template)
  expect(rejections).toEqual([])
  expect(rows).toEqual([
    {
      row_number: '1',
      reference: '007',
      occurred_at: '2025-10-26T00:30:00.000Z',
      occurred_at_text: '26.10.2025 2:30',
      agent_key: 'JU\u0308RGEN',
      agent_match: 'j\u00fcrgen',
      direction: 'in',
      channel: 'voice',
      customer_phone: '+49 30',
      duration_seconds: '125',
      queue: 'a\tb\\',
      campaign: null,
      disposition: null,
      external_url: 'http://x.example/',
      recording_name: 'D:\\Rec\\a.wav',
      recording_match: 'a',
      screen_recording_match: null,
      reference_hash: null,
      screen_recording_name: null,
      metadata: JSON.stringify({ Alpha: 'α', Beta: '\\N', Zeta: 'z "q"' }),
      digest: expect.stringMatching(/^[0-9a-f]{32}$/),
    },
  ])
  expect(foldAgentKey(' JU\u0308RGEN ')).toBe('jürgen')
})

test('the digest follows what a row means, not how it is written', async () => {
  const columns = (date: string) =>
    aTemplate([
      ['Id', 'REFERENCE'],
      ['Agent', 'AGENT'],
      ['Date', 'CONTACT_DATE', date],
      ['Note', 'METADATA'],
    ])
  const digestOf = async (row: string, template = columns('ISO')) =>
    (await readAll(`Id,Agent,Date,Note\n${row}\n`, template)).rows[0]?.['digest']
  const digest = await digestOf('1,ann,2026-01-02T03:04Z,x')
  expect(await digestOf(' 1 ,ann,2026-01-02T04:04,x')).toBe(digest)
  expect(await digestOf('1,ann,02.01.2026 04:04,x', columns('dd.MM.yyyy HH:mm'))).toBe(digest)
  expect(await digestOf('1,ann,2026-01-02T04:04,x', { ...columns('ISO'), timeZone: 'UTC' })).not.toBe(digest)
  expect(await digestOf('1,ann,2026-01-02T03:04Z,y')).not.toBe(digest)
})

const calls = new URL('../../../../../shared/data/phonenow-calls.csv', import.meta.url)

test.skipIf(!existsSync(calls))(
  `5,000 calls of a real export are read without a rejection${existsSync(calls) ? '' : ' (skipped: ../shared/data/phonenow-calls.csv is missing)'}`,
  async () => {
    const template = aTemplate(
      [
        ['Call Id', 'REFERENCE'],
        ['Agent', 'AGENT'],
        ['Date', 'CONTACT_DAY', 'yyyy-MM-dd'],
        ['Time', 'CONTACT_TIME', 'H:mm:ss'],
        ['Topic', 'QUEUE'],
        ['Answered (Y/N)', 'METADATA'],
        ['Resolved', 'DISPOSITION'],
        ['Speed of answer in seconds', 'METADATA'],
        ['AvgTalkDuration', 'DURATION', 'h:mm:ss'],
        ['Satisfaction rating', 'METADATA'],
      ],
      { extraColumns: 'REJECT' },
    )
    const { rows, summary } = await readAll(readFileSync(calls), template)
    expect(summary).toMatchObject({
      rowsRead: 5000,
      staged: 5000,
      rejected: 0,
      bytesRead: 318_350,
      problems: [],
    })
    expect(new Set(rows.map(row => row['agent_match'])).size).toBe(8)
    expect(rows.filter(row => row['duration_seconds'] === null)).toHaveLength(946)
  },
)
