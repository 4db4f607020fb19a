import type { SharedReceipt, SharedReceiptFile } from './receipt.ts'
import { oneLine, rowsOf, said } from './receipt-text.ts'

/** A shared receipt for people: some lines on all of its files, and then one for each. */
export function sharedReceiptText({ verdict, whatToDo, folder, files, problems }: SharedReceipt): string {
  const times = files.flatMap(file => file.receivedAt ?? []).toSorted()
  const bytes = files.reduce((sum, file) => sum + file.size, 0)
  const lines = [
    `Verdict: ${verdict}`,
    `Folder: ${oneLine(folder)}`,
    `Files: ${files.length}`,
    `Size: ${bytes} bytes`,
    `Received: ${times[0] ?? 'unknown'} to ${times.at(-1) ?? 'unknown'}`,
    ...said(problems),
    `What to do: ${oneLine(whatToDo)}`,
    'Each file:',
    ...files.map(lineOf),
  ]
  return `${lines.join('\r\n')}\r\n`
}

const lineOf = ({ verdict, path, size, import: done }: SharedReceiptFile) =>
  `  - [${verdict}] ${oneLine(path)} (${size} bytes)${done ? `: ${rowsOf(done)}` : ''}`
