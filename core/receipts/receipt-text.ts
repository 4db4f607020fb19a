import type { Receipt } from './receipt.ts'

/** The same receipt as ten lines for people, with line ends that every Windows editor understands. */
export function receiptText(receipt: Receipt): string {
  const { file, import: done, failure, problems } = receipt
  const rows = done
    ? `${done.rowsRead} = ${done.created} created + ${done.updated} updated + ${done.unchanged} unchanged + ${done.rejected} rejected`
    : 'none were read'
  const template = done?.template
  const lines = [
    `Verdict: ${receipt.verdict}`,
    `File: ${file.path}`,
    `Size: ${file.size} bytes`,
    `Received: ${file.receivedAt ?? 'unknown'}`,
    `Read: ${done ? `${done.startedAt} to ${done.finishedAt}` : 'no'}${template ? `, by the template "${template.name}" (version ${template.version})` : ''}`,
    `Rows: ${rows}`,
    `Agents not known: ${done ? done.unlinkedAgents : 'not looked for'}`,
    `Problems: ${said([...(failure ? [failure] : []), ...problems])}`,
    `Rejected rows: ${done?.rejectedCsv ?? 'no file of them'}`,
    `What to do: ${receipt.whatToDo}`,
  ]
  return `${lines.map(oneLine).join('\r\n')}\r\n`
}

const said = (problems: readonly { code: string; message: string }[]): string =>
  problems.length === 0 ? 'none' : problems.map(problem => `[${problem.code}] ${problem.message}`).join(' ')

/** Headers and cells quoted in a message may hold line ends. */
const oneLine = (line: string) => line.replaceAll(/\s+/g, ' ')
