import { characterFault, isSuspicious } from '../../templates/cell-checks.ts'
import type { HeaderMatch } from '../../templates/header.ts'
import { metadataNames } from '../../templates/header.ts'
import type { ColumnTemplate } from '../../templates/template.ts'
import type { ValueOf } from './row-columns.ts'
import type { RowWidths } from './row-widths.ts'

/** Gathers what a row holds beside the contact's own columns. */
export interface MetadataCell {
  /** An object of strings as JSON: keys sorted, empty cells left out. */
  read(cells: readonly string[]): string
  /**
   * Of the row that was read last: a value of it is to be looked at, and one cannot be stored. JSON would hide a control
   * character from the look at the whole line.
   */
  readonly suspicious: boolean
  readonly holdsBad: boolean
}

export const metadataCell = (
  template: ColumnTemplate,
  match: HeaderMatch,
  widths: RowWidths,
  valueOf: ValueOf,
): MetadataCell => {
  const always = inKeyOrder([...metadataNames(template), ...match.extras])
  const badKey = always.find(({ name }) => characterFault(name) !== null)
  if (badKey !== undefined) throw new Error(`The key of column ${badKey.index + 1} cannot be stored`)
  let suspicious = false
  let holdsBad = false

  return {
    get suspicious() {
      return suspicious
    },
    get holdsBad() {
      return holdsBad
    },
    read(cells) {
      suspicious = false
      holdsBad = false
      let members = ''
      const surplus = widths.surplus(cells)
      const named = surplus.length === 0 ? always : inKeyOrder([...always, ...surplus])
      for (const { index, key } of named) {
        const value = valueOf(cells, index)
        if (value === '') continue
        if (isSuspicious(value)) {
          suspicious = true
          holdsBad ||= characterFault(value) !== null
        }
        members += `${members === '' ? '' : ','}${key}${JSON.stringify(value)}`
      }
      return `{${members}}`
    },
  }
}

const inKeyOrder = (cells: readonly { index: number; name: string }[]) =>
  cells
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
    .map(({ index, name }) => ({ index, name, key: `${JSON.stringify(name)}:` }))
