import type { Splitting } from './sample-records.ts'
import { sampleRecords } from './sample-records.ts'

export interface GuessedSplitting extends Splitting {
  /** The text behind a `sep=` line, which names the delimiter and is none of the file's own. */
  body: string
  /** Cells of nearly every record. */
  width: number
}

const DELIMITERS = [',', ';', '\t', '|', '^', '~', '\u001f', '¦'] as const
/** Enough to tell, and little enough to be split once for each delimiter. */
const LOOKED_AT = 128 * 1024
const RECORDS = 400

/** Which character separates the cells: the one that splits most records into the same number of cells, and many. */
export const guessSplitting = (text: string): GuessedSplitting => {
  const sep = /^[^\S\r\n]*"?sep=(.)"?[^\S\r\n]*(?:\r\n|\n|\r)/i.exec(text)
  const body = sep === null ? text : text.slice(sep[0].length)
  const sample = body.slice(0, LOOKED_AT)
  const named = sep?.[1]
  if (named !== undefined) {
    const quote = guessQuote(sample, named)
    return { body, delimiter: named, quote, width: usualWidth(sample, { delimiter: named, quote }).width }
  }
  let best = { delimiter: ',', quote: '"', width: 1, score: 0 }
  for (const delimiter of DELIMITERS) {
    if (!sample.includes(delimiter)) continue
    const quote = guessQuote(sample, delimiter)
    const { width, share } = usualWidth(sample, { delimiter, quote })
    if (width < 2) continue
    const score = share ** 2 * Math.log2(width)
    if (score > best.score) best = { delimiter, quote, width, score }
  }
  return { body, delimiter: best.delimiter, quote: best.quote, width: best.width }
}

/** The width that most records have, and how many have it: with a delimiter at each row's end, one cell more. */
const usualWidth = (text: string, splitting: Splitting) => {
  const records = sampleRecords(text, splitting)
  const count = Math.min(RECORDS, records.count)
  const widths = new Map<number, number>()
  let first = 0
  for (let index = 0; index < count; index++) {
    const width = records.cells(index).length
    if (index === 0) first = width
    widths.set(width, (widths.get(width) ?? 0) + 1)
  }
  const [width = 1, times = 0] = [...widths].sort((a, b) => b[1] - a[1] || b[0] - a[0])[0] ?? []
  // A header without a trailing delimiter above rows that have one counts as one of them.
  const near = first === width - 1 ? 1 : 0
  return { width, share: count === 0 ? 0 : (times + near) / count }
}

/** Cells stand in apostrophes where nearly all do, and none in quotes. */
const guessQuote = (text: string, delimiter: string): string => {
  const between = (quote: string) => text.split(`${quote}${delimiter}${quote}`).length - 1
  const single = between("'")
  return single > 2 && single > between('"') * 4 ? "'" : '"'
}
