import type { Dialect } from '../../templates/template.ts'
import { csvRecords } from './csv-records.ts'

/**
 * The first records in the text of a file's head, found as the reader of the file finds them: the header, where there
 * is one, and rows. A line that cannot be read is a record of one cell. `whole`: nothing comes behind this text, so
 * that its last line is a record as well.
 */
export const headRecords = (
  text: string,
  { delimiter, quote, skipLines }: Pick<Dialect, 'delimiter' | 'quote' | 'skipLines'>,
  { most, whole }: { most: number; whole: boolean },
): string[][] => {
  const found: string[][] = []
  const add = (cells: string[]) => {
    if (found.length < most) found.push(cells)
  }
  const records = csvRecords({
    delimiter,
    quote,
    onRecord: add,
    onUnreadable: line => (line.trim() === '' ? undefined : add([line])),
  })
  records.skipLines(skipLines)
  records.write(text)
  if (whole || found.length === 0) records.end()
  return found
}
