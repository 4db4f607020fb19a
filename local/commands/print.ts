/** Rows as aligned columns under their names; what is not there is an empty cell. */
export function asTable<R extends object>(
  rows: readonly R[],
  columns: readonly (keyof R & string)[],
): string {
  if (rows.length === 0) return 'none'
  const cells = [columns.map(labelOf), ...rows.map(row => columns.map(name => written(row[name])))]
  const widths = columns.map((_, at) => Math.max(...cells.map(line => line[at]?.length ?? 0)))
  return cells
    .map(line =>
      line
        .map((cell, at) => cell.padEnd(widths[at] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}

/** One thing as lines of name and value. */
export function asLines(thing: Record<string, unknown>): string {
  const labelled = Object.entries(thing).map(([name, value]) => [labelOf(name), written(value)] as const)
  const width = Math.max(...labelled.map(([label]) => label.length))
  return labelled.map(([label, value]) => `${label.padEnd(width)}  ${value}`.trimEnd()).join('\n')
}

/** `finishedAt` as `finished at`; names of variables stay. */
const labelOf = (name: string): string =>
  name.replaceAll(/(?<=[a-z])[A-Z]/g, letter => ` ${letter.toLowerCase()}`)

/** `1 day`, `2 days`. */
export const many = (count: number, thing: string): string => `${count} ${thing}${count === 1 ? '' : 's'}`

/** As a person reads it. Line breaks and control characters of somebody else's text would draw on the terminal. */
function written(value: unknown): string {
  if (value === null || value === undefined) return ''
  if (value instanceof Date) return value.toISOString()
  if (Array.isArray(value)) return value.map(written).join(' ')
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  return text.replaceAll(/\p{Cc}/gu, '\uFFFD')
}
