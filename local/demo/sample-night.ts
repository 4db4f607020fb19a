/** A night's export as an old recorder writes it: semicolons, a byte order mark, CRLF, local times, and what goes wrong. */
export interface SampleNight {
  fileName: string
  csv: Buffer
  /** Names of the recordings that are sent along. */
  recordings: string[]
}

export const people = [
  ['diane.weber', 'Diane Weber'],
  ['becky.oneil', "Becky O'Neil"],
  ['stewart.rossi', 'Stewart Rossi'],
  ['greg.muller', 'Greg Müller'],
  ['jim.novak', 'Jim Novák'],
  ['martha.lindqvist', 'Martha Lindqvist'],
  ['dan.okafor', 'Dan Okafor'],
  ['joe.dubois', 'Joe Dubois'],
] as const

const header = ['Call ID', 'Agent', 'Start', 'Duration', 'Direction', 'Number', 'Queue', 'Recording', 'Notes']
const queues = ['Billing', 'Technical support', 'Contracts', 'Kündigung', 'Streaming']
const notes = ['', 'called back', '"quoted; with a semicolon"', 'naïve café – ok', '']

const ROWS = 3_000

export function sampleNight(): SampleNight {
  const rows = Array.from({ length: ROWS }, (_, position) => soundRow(position + 1))
  for (const [position, fault] of faults) rows[position] = fault(rows[position] ?? '')
  // Recorders that write one line for each leg of a call repeat its id: the last line stands.
  rows.push(soundRow(15).replace('Billing', 'Contracts'), soundRow(42))
  const csv = `\uFEFF${header.join(';')}\r\n${rows.join('\r\n')}\r\n`
  return {
    fileName: 'calls-2026-03-29.csv',
    csv: Buffer.from(csv),
    recordings: [1, 2, 3].map(number => recordingOf(number)),
  }
}

/** The same numbers give the same row, so that sending the night again changes nothing. */
function soundRow(number: number): string {
  const [username] = people[(number * 7) % people.length] ?? people[0]
  const minute = Math.floor((number * 1_379) / ROWS)
  const time = `${pad(Math.floor(minute / 60) + 1)}:${pad(minute % 60)}:${pad(number % 60)}`
  const seconds = (number * 37) % 900
  const duration = number % 11 === 0 ? '' : `0:${pad(Math.floor(seconds / 60))}:${pad(seconds % 60)}`
  return [
    `NC-${String(number).padStart(6, '0')}`,
    number % 250 === 0 ? 'temp.agent' : username,
    `28/03/2026 ${time}`,
    duration,
    number % 3 === 0 ? 'Outbound' : 'Inbound',
    `+4930${String(5_000_000 + number * 13)}`,
    queues[number % queues.length] ?? '',
    number <= 3 ? `D:\\Rec\\2026\\${recordingOf(number)}` : '',
    notes[number % notes.length] ?? '',
  ].join(';')
}

const replaceCell = (position: number, value: string) => (row: string) =>
  row.split(';').with(position, value).join(';')

/** By the position of the row that each spoils. */
const faults: readonly [number, (row: string) => string][] = [
  [99, replaceCell(1, '')],
  [250, replaceCell(2, '31/02/2026 09:12:58')],
  [400, replaceCell(2, '29/03/2026 02:30:00')],
  [512, replaceCell(5, '5.58E+12')],
  [777, row => row.split(';').slice(0, 6).join(';')],
  [1_024, replaceCell(3, 'two minutes')],
  [1_500, replaceCell(0, '')],
  [2_048, row => `${row};one;two`],
  [2_500, replaceCell(2, '2026-03-28T11:02:00Z')],
]

const recordingOf = (number: number) => `nc-${String(number).padStart(6, '0')}.wav`
const pad = (value: number) => String(value).padStart(2, '0')
