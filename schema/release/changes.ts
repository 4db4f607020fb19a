import {
  buildSchema,
  DangerousChangeType,
  findBreakingChanges,
  findDangerousChanges,
  Kind,
  parse,
  visit,
} from 'graphql'
import { sayings } from './contract-difference.ts'

/** An argument that is left out must go on meaning what it meant. */
const asGoodAsBreaking: ReadonlySet<string> = new Set([
  DangerousChangeType.ARG_DEFAULT_VALUE_CHANGE,
  DangerousChangeType.INPUT_FIELD_DEFAULT_VALUE_CHANGE,
])

/** What would break a client of the released schema, in words. */
export function breakingChanges(released: string, printed: string): string[] {
  const [before, after] = [buildSchema(released), buildSchema(printed)]
  const dangerous = findDangerousChanges(before, after).filter(({ type }) => asGoodAsBreaking.has(type))
  return [...findBreakingChanges(before, after), ...dangerous].map(({ description }) => description)
}

/** What is new, by its coordinate: the type of a new type, the field of a new field, the argument of a new one. */
export function additions(released: string, printed: string): string[] {
  const before = new Set(sayings(released).keys())
  const added = [...sayings(printed).keys()].filter(name => !before.has(name))
  const isNew = new Set(added)
  return added.filter(name => !isNew.has(name.slice(0, Math.max(0, name.lastIndexOf('.')))))
}

/** Deprecated things that do not say why and until when: clients plan by the date. */
export function undatedDeprecations(printed: string): string[] {
  const undated: string[] = []
  visit(parse(printed), {
    Directive(node, _key, _parent, _path, ancestors) {
      if (node.name.value !== 'deprecated') return
      const reason = node.arguments?.find(argument => argument.name.value === 'reason')?.value
      const [day] = (reason?.kind === Kind.STRING && /\b\d{4}-\d{2}-\d{2}\b/.exec(reason.value)) || []
      if (day !== undefined && !Number.isNaN(Date.parse(day))) return
      const names = ancestors.flatMap(one => ('name' in one && one.name ? [one.name.value] : []))
      undated.push(`${names.join('.')} is deprecated without a reason and a date, yyyy-MM-dd`)
    },
  })
  return undated
}
