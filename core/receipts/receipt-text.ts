import type { Receipt, ReceiptImport } from './receipt.ts'

/** The same receipt as ten lines for people, and one for each problem, with line ends that every Windows editor understands. */
export function receiptText(receipt: Receipt): string {
  const { file, import: done, failure, problems } = receipt
  const rows = done ? rowsOf(done) : 'none were read'
  const template = done?.template
  const lines = [
    `Verdict: ${receipt.verdict}${done?.dryRun ? ' (dry run: nothing was kept)' : ''}`,
    `File: ${oneLine(file.path)}`,
    `Size: ${file.size} bytes`,
    `Received: ${file.receivedAt ?? 'unknown'}`,
    `Read: ${done ? `${done.startedAt} to ${done.finishedAt}` : 'no'}${template ? `, by the template "${oneLine(template.name)}" (version ${template.version})` : ''}`,
    `Rows: ${rows}`,
    `Agents not known: ${done ? done.unlinkedAgents : 'not looked for'}`,
    ...said([...(failure ? [failure] : []), ...problems]),
    `Rejected rows: ${done?.rejectedCsv ?? 'no file of them'}`,
    `What to do: ${oneLine(receipt.whatToDo)}`,
  ]
  return `${lines.join('\r\n')}\r\n`
}

export const rowsOf = (done: ReceiptImport): string => {
  const { rowsRead, created, updated, unchanged, rejected, deletedBefore } = done
  const deleted = deletedBefore > 0 ? ` (${deletedBefore} of them deleted here before)` : ''
  return `${rowsRead} = ${created} created + ${updated} updated + ${unchanged} unchanged + ${rejected} rejected${deleted}`
}

const MOST_PROBLEMS = 20

export const said = (problems: readonly { code: string; message: string }[]): string[] => {
  if (problems.length === 0) return ['Problems: none']
  const more = problems.length - MOST_PROBLEMS
  return [
    'Problems:',
    ...problems.slice(0, MOST_PROBLEMS).map(({ code, message }) => `  - [${code}] ${oneLine(message)}`),
    ...(more > 0 ? [`  - and ${more} more, in the JSON receipt`] : []),
  ]
}

/** Headers and cells quoted in a message may hold line ends. */
export const oneLine = (line: string) => line.replaceAll(/\s+/g, ' ')
