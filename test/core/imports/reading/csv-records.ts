import { csvRecords } from '../../../../core/imports/reading/csv-records.ts'

export interface Found {
  records: string[][]
  unreadable: string[]
}

interface Given {
  delimiter?: string
  quote?: string
  sizes?: readonly number[]
  isRow?: (cells: readonly string[]) => boolean
}

/** All records of a text that comes in pieces of these sizes, again and again. */
export const recordsOf = (
  text: string,
  { delimiter = ',', quote = '"', sizes = [1e9], isRow }: Given = {},
): Found => {
  const found: Found = { records: [], unreadable: [] }
  const reader = csvRecords({
    delimiter,
    quote,
    onRecord: cells => found.records.push(cells),
    onUnreadable: (line, why) => found.unreadable.push(`${why} ${line}`),
    ...(isRow === undefined ? {} : { isRow }),
  })
  let at = 0
  for (let piece = 0; at < text.length; piece++) {
    const end = at + Math.max(1, sizes[piece % sizes.length] ?? 1)
    reader.write(text.slice(at, end))
    at = end
  }
  reader.end()
  return found
}
