import { stringify } from 'csv-stringify/sync'

/** A CSV as spreadsheets open it: a quote counts where a cell begins, and what follows the closing one is taken as it is. */
export const opened = (csv: string): string[][] => {
  const rows: string[][] = []
  let row: string[] = []
  let cell = ''
  let within = false
  const endCell = () => {
    row.push(cell)
    cell = ''
  }
  for (let at = 0; at < csv.length; at++) {
    const character = csv[at] ?? ''
    if (within && character === '"' && csv[at + 1] === '"') cell += csv[at++]
    else if (within && character === '"') within = false
    else if (within) cell += character
    else if (character === '"' && cell === '' && (at === 0 || /[,\n]/.test(csv[at - 1] ?? ''))) within = true
    else if (character === ',') endCell()
    else if (character === '\n') {
      endCell()
      rows.push(row)
      row = []
    } else if (character !== '\r') cell += character
  }
  if (cell !== '' || row.length > 0) {
    endCell()
    rows.push(row)
  }
  return rows
}

/**
 * As a spreadsheet saves it. Rows of a block are as long as the longest of them that holds something: LibreOffice takes
 * the sheet for one block, Excel sixteen rows each.
 */
export const saved = (sheet: readonly (readonly string[])[], block = Number.POSITIVE_INFINITY): string => {
  let csv = ''
  for (let from = 0; from < sheet.length; from += block) {
    const rows = sheet.slice(from, from + block)
    const width = Math.max(...rows.map(row => row.findLastIndex(cell => cell !== '') + 1))
    csv += stringify(rows.map(row => Array.from({ length: Math.max(width, 1) }, (_, at) => row[at] ?? '')))
  }
  return csv
}

/** As a spreadsheet writes what it opened. */
export const savedAgain = (csv: string, block?: number): string => saved(opened(csv), block)
