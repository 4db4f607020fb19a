/** Rows as aligned columns under their names; what is not there is an empty cell. */
export function asTable<R extends object>(
  rows: readonly R[],
  columns: readonly (keyof R & string)[],
): string {
  if (rows.length === 0) return 'none'
  const cells = [
    columns.map(name => name.replaceAll(/[A-Z]/g, letter => ` ${letter.toLowerCase()}`)),
    ...rows.map(row => columns.map(name => written(row[name]))),
  ]
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
  const width = Math.max(...Object.keys(thing).map(name => name.length))
  return Object.entries(thing)
    .map(([name, value]) => `${name.padEnd(width)}  ${written(value)}`.trimEnd())
    .join('\n')
}

/** As a person reads it. Line breaks and control characters of somebody else's text would draw on the terminal. */
function written(value: unknown): string {
  if (value === null || value === undefined) return ''
  if (value instanceof Date) return value.toISOString()
  if (Array.isArray(value)) return value.map(written).join(' ')
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  return text.replaceAll(/\p{Cc}/gu, '\uFFFD')
}
