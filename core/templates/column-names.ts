/**
 * Columns whose headers are empty or come again are told apart by their place: `column 7`, `Note (2)`. A name that
 * stands in the file as it is belongs to the first column that has it.
 */
export const distinctNames = (
  headers: readonly string[],
  { from = 0, taken = [] }: { from?: number; taken?: readonly string[] } = {},
): string[] => {
  const written = headers.map(header => header.trim())
  const reserved = new Set([...taken, ...written])
  const used = new Set(taken)
  return written.map((plain, index) => {
    let name = plain === '' ? placeName(from + index) : plain
    if (used.has(name) || (plain === '' && reserved.has(name))) {
      const base = name
      for (let count = 2; used.has(name) || reserved.has(name); count++) name = `${base} (${count})`
    }
    used.add(name)
    return name
  })
}

/** What a column without a header is called, beside names that others have. */
export const nameByPlace = (index: number, taken: ReadonlySet<string>): string => {
  const base = placeName(index)
  let name = base
  for (let count = 2; taken.has(name); count++) name = `${base} (${count})`
  return name
}

export const placeName = (index: number): string => `column ${index + 1}`
