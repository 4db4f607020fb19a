import { stagingColumns } from './staging.ts'

const escaped: Record<string, string> = { t: '\t', n: '\n', r: '\r' }

const valueOf = (field: string): string | null =>
  field === '\\N' ? null : field.replaceAll(/\\(.)/g, (_, letter: string) => escaped[letter] ?? letter)

/** What a line of COPY text says, by the staging columns' names: an accepted row, to be shown rather than kept. */
export const stagedRow = (line: string): Record<string, string | null> => {
  const fields = line.replace(/\n$/, '').split('\t')
  return Object.fromEntries(stagingColumns.map(({ name }, index) => [name, valueOf(fields[index] ?? '\\N')]))
}
