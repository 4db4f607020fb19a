import { readContactFile } from '../../core/imports/reading/read-contact-file.ts'
import type { Column, ColumnTemplate, ContactField } from '../../core/templates/template.ts'

/** How fast a file of 12 columns is read, and in how much memory. `node test/bench/reading.ts [rows] [here]` */
const rows = Number(process.argv[2] ?? 300_000)
const here = process.argv[3] === 'here'

const fields: [string, ContactField, string | null][] = [
  ['Reference', 'REFERENCE', null],
  ['Agent', 'AGENT', null],
  ['Date', 'CONTACT_DATE', 'dd/MM/yyyy HH:mm:ss'],
  ['Direction', 'DIRECTION', null],
  ['Channel', 'CHANNEL', null],
  ['Phone', 'CUSTOMER_PHONE', null],
  ['Duration', 'DURATION', 'h:mm:ss'],
  ['Queue', 'QUEUE', null],
  ['Campaign', 'CAMPAIGN', null],
  ['Disposition', 'DISPOSITION', null],
  ['Recording', 'RECORDING', null],
  ['Note', 'METADATA', null],
]

const template: ColumnTemplate = {
  name: 'bench',
  filePattern: '/**/*.csv',
  dialect: {
    encoding: 'UTF_8',
    delimiter: ',',
    quote: '"',
    hasHeader: true,
    skipLines: 0,
    skipLinesAfterHeader: 0,
  },
  columns: fields.map(([header, field, format], index): Column => {
    return { position: index + 1, header, field, format, required: false }
  }),
  agentKey: 'EMAIL',
  timeZone: 'Europe/Berlin',
  ambiguousTime: 'EARLIER',
  extraColumns: 'KEEP',
  existingContact: 'UPDATE',
  emptyWords: ['-'],
  maxRejectedShare: 0.5,
}

const two = (value: number) => String(value).padStart(2, '0')

const line = (i: number) =>
  `CALL-${1_000_000 + i},agent${i % 400}@example.com,${two((i % 28) + 1)}/${two((i % 12) + 1)}/2025 ${two(i % 24)}:${two(i % 60)}:${two((i * 7) % 60)},inbound,voice,+49301234${i % 10_000},0:${two(i % 60)}:${two(i % 59)},Support ${i % 9},Spring,resolved,rec/2025/${i}.wav,"note, ${i % 97}"\r\n`

function* write() {
  let text = `${fields.map(([header]) => header).join(',')}\r\n`
  for (let i = 0; i < rows; i++) {
    text += line(i)
    if (text.length > 128 * 1024) {
      yield Buffer.from(text)
      text = ''
    }
  }
  yield Buffer.from(text)
}

let size = 0
for (const piece of write()) size += piece.length

async function* file() {
  yield* write()
}
let peak = process.memoryUsage.rss()
let read = 0
const timer = setInterval(() => (peak = Math.max(peak, process.memoryUsage.rss())), 20)
const started = performance.now()
const cpu = process.cpuUsage()
for await (const reading of readContactFile(file(), { template, size, threadFrom: here ? size + 1 : 0 }))
  if (reading.kind === 'summary') read = reading.rowsRead
const used = process.cpuUsage(cpu)
const seconds = (performance.now() - started) / 1000
clearInterval(timer)
process.stdout.write(
  `${read} rows, ${Math.round(size / 1e6)} MB, ${seconds.toFixed(2)} s: ${Math.round(read / seconds)} rows/s, ${((used.user + used.system) / read).toFixed(1)} µs of processor a row, ${here ? 'same thread' : 'own thread'}, peak ${Math.round(peak / 1e6)} MB\n`,
)
