import { isUtf8 } from 'node:buffer'
import { setImmediate } from 'node:timers/promises'
import { fileProblem, type Problem } from '../../imports/problem.ts'
import { csvRecords } from '../../imports/reading/csv-records.ts'
import { type FileHead, HEAD_BYTES, inspectHead, looksLike } from '../../imports/reading/file-head.ts'
import { Refusal } from '../../refusal.ts'
import { type AgentColumns, knownHeaders, readAgentColumns } from './agent-columns.ts'
import { listProblem } from './list-problem.ts'

export interface AgentList {
  columns: AgentColumns
  /** Below the header, in order; null for a line that cannot be taken apart. */
  rows: (readonly string[] | null)[]
}

const DELIMITERS = [',', ';', '\t'] as const
export const MOST_ROWS = 50_000
/** Quotes fit so seldom that this is no CSV. */
const MOST_UNREADABLE = 10_000
const CHARACTERS_AT_ONCE = 2 ** 16

/**
 * Takes a list of agents apart: UTF-8, with or without a mark, its cells separated by commas, semicolons or tabs. What
 * is in another encoding is refused, since a name read in the wrong one looks like a name. Answers a problem when it is
 * no list at all.
 */
export async function readAgentList(bytes: Buffer): Promise<AgentList | Problem> {
  const head = inspectHead(bytes.subarray(0, HEAD_BYTES), 'UTF_8')
  if ('code' in head) return head
  const body = bytes.subarray(head.markBytes)
  const foreign = foreignLine(body)
  if (foreign) return foreign
  const text = body.toString().slice(head.separatorLine.length)
  const [header, ...rows] = await recordsOf(text, await delimiterOf(text, head))
  if (rows.filter(row => row === null).length > MOST_UNREADABLE)
    return fileProblem(
      'NOT_CSV',
      'The list is not written as a CSV: its quotes do not fit. Export it again as CSV.',
    )
  if (!header) return unreadableHeader('The first line cannot be read: a quote in it does not fit.')
  const columns = readAgentColumns(header)
  if ('fault' in columns) return unreadableHeader(columns.fault)
  if (rows.length === 0)
    return fileProblem(
      'NO_ROWS',
      'The list has a header and no agent below it. Check the export, and send it again.',
    )
  if (rows.length > MOST_ROWS)
    throw new Refusal(
      'LIMITED',
      `A list has at most ${MOST_ROWS} agents, and this one ${rows.length}: send it in parts.`,
    )
  return { columns, rows }
}

const unreadableHeader = (message: string) => listProblem('AGENT_COLUMNS', 'SENDER', message)

/** The first line that is no UTF-8. */
function foreignLine(body: Buffer): Problem | undefined {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(body)
    return undefined
  } catch {
    let line = 0
    for (let from = 0; from < body.length; ) {
      const end = body.indexOf(10, from)
      const bytes = body.subarray(from, end < 0 ? body.length : end)
      line += 1
      if (!isUtf8(bytes)) return foreignAt(line, bytes)
      from = end < 0 ? body.length : end + 1
    }
    return foreignAt(1, body.subarray(0, 200))
  }
}

function foreignAt(line: number, bytes: Buffer): Problem {
  const found = looksLike(bytes)
  const shown = new TextDecoder('windows-1252')
    .decode(bytes.subarray(0, 200))
    .replaceAll(/\p{Cc}/gu, ' ')
    .trim()
  const words = found === 'Windows-1252' ? ` In ${found} it would be "${shown}".` : ''
  return fileProblem(
    'ENCODING_MISMATCH',
    `Line ${line} of the list is not UTF-8 but ${found}.${words} Names read in a wrong encoding look like names: save the list as "CSV UTF-8" and send that.`,
    { details: { expected: 'UTF-8', found, line } },
  )
}

/** The one by which the header has the most names that we know; of equals the one that makes more cells. */
async function delimiterOf(text: string, head: FileHead): Promise<string> {
  if (head.separator !== null && DELIMITERS.some(one => one === head.separator)) return head.separator
  const line = /^\s*[^\r\n]*/.exec(text)?.[0] ?? ''
  let best = { delimiter: ',', known: -1, cells: 0 }
  for (const delimiter of DELIMITERS) {
    const [cells] = await recordsOf(line, delimiter)
    const found = { delimiter, known: knownHeaders(cells ?? []), cells: cells?.length ?? 0 }
    if (found.known > best.known || (found.known === best.known && found.cells > best.cells)) best = found
  }
  return best.delimiter
}

/** Every record; null for a line that cannot be taken apart. Others have a turn now and then. */
async function recordsOf(text: string, delimiter: string): Promise<(string[] | null)[]> {
  const records: (string[] | null)[] = []
  const reader = csvRecords({
    delimiter,
    quote: '"',
    onRecord: cells => records.push(cells),
    onUnreadable: () => records.push(null),
  })
  for (let from = 0; from < text.length; from += CHARACTERS_AT_ONCE) {
    if (from > 0) await setImmediate()
    reader.write(text.slice(from, from + CHARACTERS_AT_ONCE))
  }
  reader.end()
  return records
}
