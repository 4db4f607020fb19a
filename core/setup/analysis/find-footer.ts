import { cellKind } from './cell-kind.ts'
import type { SampleRecords } from './sample-records.ts'

/** So many records at the end may be totals, a count of rows, or the words that the report has ended. */
const SEARCHED = 10

const WORDS =
  /^[\s*=-]*(?:(?:grand |sub)?totals?|sum|summen?|gesamt(?:summe|ergebnis)?|somme|total g[eé]n[eé]ral|suma|somma|totale|totaal|gemiddelde|average|durchschnitt|moyenne|promedio|m[eé]dia|count|anzahl(?: datens[aä]tze)?|records?|rows?|nombre de lignes|\(?\d+ (?:rows?|records?|zeilen|lignes|filas|registros|righe|rijen)\b.*|end of (?:report|file)|ende|fin (?:du|de)\b.*|report (?:generated|created).*|generated (?:on|by|at).*|erstellt am.*)[\s:=*-]*/i

/** The index of the first record of the footer; the number of records when there is none. */
export const findFooter = (records: SampleRecords, firstRow: number, width: number): number => {
  let footer = records.count
  const least = Math.max(firstRow + 1, records.count - SEARCHED)
  for (let at = records.count - 1; at >= least; at--) {
    if (isFooter(records.cells(at), width, records.cells(at - 1))) footer = at
  }
  return footer
}

const isFooter = (cells: readonly string[], width: number, before: readonly string[]): boolean => {
  const given = cells.map(cell => cell.trim()).filter(cell => cell !== '')
  const [first] = given
  if (first === undefined) return true
  const usual = before.filter(cell => cell.trim() !== '').length
  const sparse = given.length <= Math.max(1, usual * 0.6)
  if (/^[-=_*]{3,}$/.test(first)) return true
  const found = WORDS.exec(first)
  // A whole row may begin with a queue named "Total care": what fills all cells is a row.
  if (found !== null && (found[0].length === first.length || sparse)) return sparse || hasNoTime(cells)
  return width > 3 && given.length === 1 && cells.length < width / 2
}

const hasNoTime = (cells: readonly string[]) =>
  cells.every(cell => !['moment', 'day', 'uuid', 'hex', 'epochId'].includes(cellKind(cell.trim())))
