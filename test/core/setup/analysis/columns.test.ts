import { describe, expect, test } from 'vitest'
import type { SampleColumn } from '../../../../core/setup/analysis/sample-analysis.ts'
import { analyse, codes, column, fields, isoDate } from './a-sample.ts'

const ROWS = 60
const two = (value: number) => String(value).padStart(2, '0')

/** A file with an id and a start, and one more column of these cells. */
const withColumn = (header: string, cell: (row: number) => string) => {
  const rows = Array.from(
    { length: ROWS },
    (_, row) => `C-${row},${isoDate((row % 27) + 1, row)},${cell(row)}`,
  )
  return analyse(`Call ID,Start Time,${header}\n${rows.join('\n')}\n`)
}

const guessed = (header: string, cell: (row: number) => string) => withColumn(header, cell).columns[2]

const hex = (row: number, length: number) =>
  (row * 2_654_435_761 + 1e15).toString(16).slice(0, length).padEnd(length, 'a1')

describe("fields told by a header in the trade's languages and cells that fit", () => {
  test.each<[SampleColumn['guess'], header: string, (row: number) => string]>([
    ['AGENT', 'Agent Login', row => `jdoe${row % 5}`],
    ['AGENT', 'Mitarbeiter', row => `"Muster, Erika (11${row % 5})"`],
    ['AGENT', 'Téléconseiller', row => `Jeanne Exemple${'abcde'[row % 5]}`],
    ['AGENT', 'Usuario del agente', row => `jejemplo${row % 5}`],
    ['AGENT', 'Operatore', row => `op${row % 5}`],
    ['AGENT', 'Medewerker-ID', row => `41${row % 5}`],
    ['AGENT', 'handledBy', row => `jane.${row % 5}@example.com`],
    ['DIRECTION', 'Call Type', row => (row % 2 === 0 ? 'Inbound' : 'Outbound')],
    ['DIRECTION', 'Richtung', row => (row % 2 === 0 ? 'eingehend' : 'ausgehend')],
    ['DIRECTION', 'Sens', row => (row % 2 === 0 ? 'E' : 'S')],
    ['CHANNEL', 'Media Type', row => (row % 2 === 0 ? 'voice' : 'chat')],
    ['CUSTOMER_PHONE', 'ANI', row => `+49301234${1000 + row}`],
    ['CUSTOMER_PHONE', 'Numéro client', row => `0170000${1000 + row}`],
    ['CUSTOMER_PHONE', 'Caller Number', row => `(415) 555-${1000 + row}`],
    ['QUEUE', 'Warteschlange', row => `Service ${'AB'[row % 2]}`],
    ['QUEUE', "File d'attente", row => `Facturation ${'AB'[row % 2]}`],
    ['QUEUE', 'Skill Name', row => `Billing ${'AB'[row % 2]}`],
    ['CAMPAIGN', 'Campaña', row => `Cobranza ${'AB'[row % 2]}`],
    ['DISPOSITION', 'Wrap-up Code', row => `Resolved ${'AB'[row % 2]}`],
    ['DISPOSITION', 'Tabulação', row => `Venda ${'AB'[row % 2]}`],
    ['EXTERNAL_URL', 'Link', row => `https://example.com/calls/${row}`],
    ['RECORDING', 'Recording File', row => `20260301-${1000 + row}.wav`],
    ['RECORDING', 'Aufnahme', row => `D:\\Rec\\2026\\${1000 + row}.WAV`],
    ['RECORDING', 'x', row => `\\\\srv\\rec\\${1000 + row}.mp3`],
    ['RECORDING', 'audio', row => `https://example.com/audio/${1000 + row}.mp3`],
    ['SCREEN_RECORDING', 'Screen Recording', row => `${1000 + row}.mp4`],
    ['METADATA', 'Sentiment', row => String(row % 7)],
    ['METADATA', 'User Agent', () => 'Yealink SIP-T46U'],
    ['METADATA', 'Agent Group', () => 'Blue'],
    ['METADATA', 'Supervisor', row => `jdoe${row % 5}`],
    ['METADATA', 'Agent Connection Attempts', row => String(row % 3)],
    ['METADATA', 'Queue Wait Time', row => String(row % 90)],
    ['METADATA', 'Customer ID', row => String(900 + row)],
    ['METADATA', 'Date of birth', row => `19${two(60 + (row % 30))}-03-${two((row % 27) + 1)}`],
  ])('%s: %s', (guess, header, cell) => {
    expect(guessed(header, cell)?.guess).toBe(guess)
  })
})

describe('references', () => {
  const alone = (header: string, cell: (row: number) => string) => {
    const rows = Array.from(
      { length: ROWS },
      (_, row) => `${cell(row)},jane${row % 4},${isoDate((row % 27) + 1, row)}`,
    )
    return analyse(`${header},Agent,Start\n${rows.join('\n')}\n`)
  }

  test.each<[string, (row: number) => string]>([
    ['Conversation Id', row => `3f2b8c9a-1d4e-4f6a-9b7c-2a1d3e4f${5000 + row}`],
    ['Gesprächs-ID', row => String(48_211_774 + row * 7)],
    ["ID de l'appel", row => `APP${row}`],
    ['ID de Interacción', row => String(300_148_211_774 + row)],
    ['Protocolo', row => `20260214${100_000 + row}`],
    ['uniqueid', row => `17${70_000_000 + row}.${row}`],
    ['Vorgangsnummer', row => `V-2026-${1000 + row}`],
    ['call_uuid', row => hex(row, 32)],
    ['UCID', row => `000010${48_211_771_057 + row}`],
  ])('%s', (header, cell) => {
    expect(fields(alone(header, cell))).toMatchObject({ [header]: 'REFERENCE' })
  })

  test('rows that share one are counted, and the first is named', () => {
    const analysis = alone('Call ID', row => `C-${Math.floor(row / 2)}`)
    expect(analysis.problems).toMatchObject([
      { code: 'DUPLICATE_REFERENCES', row: 2, column: 1, details: { rows: 30 } },
    ])
    expect(analysis.problems[0]?.message).toContain('"C-0"')
  })

  test('ids that a spreadsheet shortened or rounded are damaged', () => {
    const shortened = alone('Call ID', row => (row === 8 ? '5.58E+12' : `55800${100_000 + row}`))
    expect(shortened.problems).toMatchObject([
      { code: 'SPREADSHEET_DAMAGE', row: 9, column: 1, details: { rows: 1 } },
    ])
    const rounded = alone('Call ID', row => `${300_000_000_000_000 + row}00`)
    expect(codes(rounded)).toEqual(['SPREADSHEET_DAMAGE'])
    expect(codes(alone('Call ID', row => `3000000000000000${10 + row}`))).toEqual([])
  })

  test('without one, a file says what it lacks', () => {
    expect(codes(withColumn('Agent', row => `jane${row % 4}`))).toEqual([])
    const rows = Array.from(
      { length: ROWS },
      (_, row) => `jane${row % 4},${isoDate((row % 27) + 1, row)},${30 + row}`,
    )
    expect(codes(analyse(`Agent,Start,Duration\n${rows.join('\n')}\n`))).toEqual(['NO_REFERENCE'])
  })
})

describe('agents', () => {
  const named = (
    header: string,
    cell: (row: number) => string,
    knownAgents: Parameters<typeof analyse>[1] = {},
  ) => {
    const analysis = analyse(
      `Call ID,${header},Start\n${Array.from({ length: ROWS }, (_, row) => `C-${row},${cell(row)},${isoDate((row % 27) + 1, row)}`).join('\n')}\n`,
      knownAgents,
    )
    return { analysis, key: analysis.proposal?.agentKey }
  }
  const known = (
    ...keys: [agentId: string, kind: 'EMAIL' | 'NAME' | 'USERNAME' | 'EXTERNAL_ID' | 'ALIAS', key: string][]
  ) => ({
    knownAgents: keys.map(([agentId, kind, key]) => ({ agentId, kind, key })),
  })

  test.each<[string, string, (row: number) => string]>([
    ['EMAIL', 'Agent', row => `jane.${row % 4}@example.com`],
    ['USERNAME', 'Agent', row => `jdoe${row % 4}`],
    ['USERNAME', 'Agent Login', row => `41${row % 4}`],
    ['EXTERNAL_ID', 'Agent ID', row => `41${row % 4}`],
    ['NAME', 'Agent', row => `Jane Doe${'abcd'[row % 4]}`],
    ['NAME', 'Agent', row => `"Doe${'abcd'[row % 4]}, Jane (117)"`],
    ['NAME', 'Agent', row => ['Diane', 'Greg', 'Joe', 'Becky'][row % 4] ?? ''],
  ])('go by %s in the column %s', (key, header, cell) => {
    expect(named(header, cell).key).toBe(key)
  })

  test('how many are known, by the key that most answer to', () => {
    const { analysis, key } = named(
      'Agent',
      row => `JDoe${row % 4}`,
      known(
        ['a', 'EXTERNAL_ID', 'jdoe0'],
        ['b', 'EXTERNAL_ID', 'jdoe1'],
        ['b', 'NAME', 'jdoe2'],
        ['c', 'ALIAS', 'jdoe3'],
      ),
    )
    expect(key).toBe('EXTERNAL_ID')
    expect(analysis.knownAgentShare).toBe(0.75)
    expect(analysis.problems).toMatchObject([{ code: 'UNKNOWN_AGENTS', details: { unknown: 1, agents: 4 } }])
    expect(analysis.problems[0]?.message).toContain('"JDoe2"')
  })

  test('are not counted where none are kept', () => {
    const { analysis } = named('Agent', row => `jdoe${row % 4}`)
    expect(analysis.knownAgentShare).toBeNull()
    expect(codes(analysis)).toEqual([])
  })

  test("by name, where the tenant's are known by email, are said, even those whose names fit", () => {
    const byEmail = known(
      ['a', 'EMAIL', 'jane@example.com'],
      ['a', 'NAME', 'jane doe'],
      ['b', 'EMAIL', 'joe@example.com'],
      ['b', 'NAME', 'joe roe'],
    )
    const { analysis } = named('Agent', row => (row % 2 === 0 ? 'Jane Doe' : 'Joe Poe'), byEmail)
    expect(analysis.knownAgentShare).toBe(0.5)
    expect(codes(analysis)).toEqual(['AGENTS_BY_NAME', 'UNKNOWN_AGENTS'])
    expect(
      codes(
        named('Agent', row => (row % 2 === 0 ? 'jane@example.com' : 'joe@example.com'), byEmail).analysis,
      ),
    ).toEqual([])
    const byNameAlone = known(['a', 'NAME', 'jane doe'], ['b', 'NAME', 'joe roe'])
    expect(
      codes(named('Agent', row => (row % 2 === 0 ? 'Jane Doe' : 'Joe Roe'), byNameAlone).analysis),
    ).toEqual([])
  })

  test('who stand at one end of a call or the other are in no one column', () => {
    const rows = Array.from(
      { length: ROWS },
      (_, row) => `C-${row},4930${100_000 + row},21${row % 9},${isoDate((row % 27) + 1, row)},in`,
    )
    const analysis = analyse(`Call ID,From,To,Start,Direction\n${rows.join('\n')}\n`)
    expect(codes(analysis)).toEqual(['AGENT_BY_DIRECTION'])
    expect(Object.values(fields(analysis))).not.toContain('AGENT')
    expect(analysis.problems[0]?.message).toMatch(/"From".* or .*"To"/)
  })
})

describe('durations', () => {
  test.each<[format: string | null, alternatives: string[], header: string, (row: number) => string]>([
    ['seconds', [], 'Duration', row => String(20 + row * 7)],
    ['seconds', [], 'Talk Duration(s)', row => `${4000 + row}`],
    ['milliseconds', [], 'duration_ms', row => String(900 + row)],
    ['milliseconds', [], 'Total Handle', row => String(200_000 + row * 1117)],
    ['ticks', [], 'Duration', row => String((20 + row) * 10_000_000)],
    ['days', [], 'Duration', row => ((20 + row) / 86_400).toFixed(8)],
    ['h:mm:ss', [], 'Gesprächsdauer', row => `0:0${row % 9}:${two(row % 60)}`],
    ['m:ss', [], 'Durée', row => `${row}:${two(row % 60)}`],
    ['m:ss', [], 'Duration (mm:ss)', row => `${row % 9}:${two(row % 60)}`],
    ['h:mm', [], 'Dauer (hh:mm)', row => `0:${two(row % 60)}`],
    ["m'm's's'", [], 'Duração', row => `${two(row % 9)}m${two(row % 60)}s`],
    ['m:ss', ['h:mm'], 'Duration', row => `${row % 9}:${two(row % 60)}`],
    ['h:mm', ['m:ss'], 'Duration', row => `0:${two(row % 60)}`],
    ['milliseconds', ['seconds'], 'Duration', row => String(2800 + row * 40)],
    [
      'hhmmss',
      ['seconds'],
      'Call Duration',
      row => (row % 9 === 4 ? '0' : `00${two(row % 14)}${two((row * 7) % 60)}`),
    ],
    ['hhmmss', ['seconds'], 'Call Duration', row => `0${row % 3}${two(row % 60)}${two((row * 7) % 60)}`],
    ['mmss', ['hhmm', 'seconds'], 'Duration', row => `${two(row % 40)}${two((row * 7) % 60)}`],
    [
      'hhmmss',
      [],
      'Duration (HHMMSS)',
      row => `${two(11 + (row % 3))}${two(row % 60)}${two((row * 7) % 60)}`,
    ],
    ['hhmmss', [], 'call_duration_hhmmss', row => `00${two(row % 60)}${two((row * 7) % 60)}`],
    ['milliseconds', [], 'duration_ms', row => `00${two(row % 60)}${two((row * 7) % 60)}`],
    ['mmss', [], 'Duration (MM:SS)', row => `${two(row % 40)}${two((row * 7) % 60)}`],
    ['seconds', [], 'Call Duration', row => String(20 + row * 7).padStart(6, '0')],
    ['seconds', [], 'Duration (s)', row => `0000${two(row)}`],
    ['seconds', [], 'Call Duration', row => `1${two(row % 60)}${row % 10}`],
  ])('%s %j: %s', (format, alternatives, header, cell) => {
    const analysis = withColumn(header, cell)
    expect(analysis.columns[2]).toMatchObject({ guess: 'DURATION', format, alternatives })
    expect(codes(analysis).includes('AMBIGUOUS_DURATION')).toBe(alternatives.length > 0)
    expect(analysis.proposal?.columns[2]?.format).toBe(alternatives.length > 0 ? null : format)
  })

  test('minutes with a decimal point are none that a template reads', () => {
    expect(guessed('Duration', row => (0.5 + row / 30).toFixed(2))?.guess).toBe('METADATA')
  })
})

test('words for nothing are found in cells that otherwise say something', () => {
  const rows = Array.from(
    { length: ROWS },
    (_, row) =>
      `C-${row},${row % 3 === 0 ? '-' : `jane${row % 4}`},${isoDate((row % 27) + 1, row)},${row % 5 === 0 ? 'NULL' : row}`,
  )
  const analysis = analyse(`Call ID,Agent,Start,Duration\n${rows.join('\n')}\n`)
  expect(analysis.proposal?.emptyWords).toEqual(['-', 'NULL'])
  expect(column(analysis, 'Agent')).toMatchObject({
    guess: 'AGENT',
    examples: ['jane1', 'jane2', 'jane0', 'jane3'],
  })
  expect(codes(analysis)).toEqual([])
})

test('without a header nothing is surer than 0.9, and each field is proposed once', () => {
  const { columns } = withColumn('Agent', row => `jane${row % 4}`)
  const fieldsOnce = columns
    .filter(({ guess }) => guess !== 'METADATA' && guess !== 'IGNORED')
    .map(({ guess }) => guess)
  expect(new Set(fieldsOnce).size).toBe(fieldsOnce.length)
  expect(columns.every(({ confidence }) => confidence >= 0 && confidence <= 1)).toBe(true)
})
