import type { Json } from '../imports/problem.ts'
import type { Column, ColumnTemplate } from '../templates/template.ts'

/** One setting that two versions of a template have differently. */
export interface TemplateChange {
  /** Such as `timeZone`, `dialect.delimiter`, `columns`. */
  setting: string
  before: Json
  after: Json
}

/** What changed from one version to the next; columns are compared as a whole, in their order. */
export function templateChanges(before: ColumnTemplate, after: ColumnTemplate): TemplateChange[] {
  return [
    ...differing(plain(before), plain(after)),
    ...differing(before.dialect, after.dialect).map(change => ({
      ...change,
      setting: `dialect.${change.setting}`,
    })),
    ...columnChanges(before.columns, after.columns),
  ]
}

/** A change in words that a person reads. */
export function changeInWords({ setting, before, after }: TemplateChange): string {
  if (before === null) return `${setting} is new (${written(after)})`
  if (after === null) return `${setting} is left out (it was ${written(before)})`
  return `${setting} was ${written(before)} and is ${written(after)}`
}

const written = (value: Json): string => JSON.stringify(value)

const plain = (template: ColumnTemplate) => {
  const { name, filePattern, agentKey, timeZone, ambiguousTime, extraColumns } = template
  const { existingContact, maxRejectedShare } = template
  const emptyWords = [...template.emptyWords]
  const rules = { ambiguousTime, extraColumns, existingContact, emptyWords, maxRejectedShare }
  return { name, filePattern, agentKey, timeZone, ...rules }
}

const differing = (before: object, after: object): TemplateChange[] => {
  const old = new Map<string, Json>(Object.entries(before))
  return Object.entries(after).flatMap(([setting, value]: [string, Json]) => {
    const was = old.get(setting) ?? null
    return written(was) === written(value) ? [] : [{ setting, before: was, after: value }]
  })
}

const columnChanges = (before: readonly Column[], after: readonly Column[]): TemplateChange[] => {
  const most = Math.max(before.length, after.length)
  return Array.from({ length: most }, (_, index) => index).flatMap(index => {
    const [was, is] = [inShort(before[index]), inShort(after[index])]
    return written(was) === written(is) ? [] : [{ setting: `column ${index + 1}`, before: was, after: is }]
  })
}

const inShort = (column: Column | undefined): Json => {
  if (!column) return null
  const { header, field, required, format } = column
  return { header, field, required, format }
}
