import type { Problem } from '../problem.ts'
import type { Rejection, RowFault } from './chunk.ts'

/** Row faults by cause: a count and three examples each, however many rows are rejected. */
export interface ProblemGroups {
  /** All that is wrong with one row. */
  add(rejections: readonly Rejection[]): void
  /** Most frequent first. */
  problems(): Problem[]
}

/** So many causes are told one by one, and the others together. */
const MOST_GROUPS = 200
const EXAMPLES = 3

interface Counted {
  count: number
  examples: Rejection[]
}

interface Group extends Counted {
  code: RowFault
  column: string | null
}

const addTo = (group: Counted, rejection: Rejection): void => {
  group.count++
  if (group.examples.length < EXAMPLES) group.examples.push(rejection)
}

export const groupProblems = (header: readonly string[]): ProblemGroups => {
  const groups = new Map<string, Group>()
  /** Of rows, not of cells: one may have many of these causes. */
  const others: Counted = { count: 0, examples: [] }

  const asProblem = ({ code, column, count, examples }: Group): Problem => {
    const first = examples[0]
    const position = column === null ? -1 : header.indexOf(column)
    return {
      code,
      message: `${rejectedFor(count, column)}. For example row ${first?.row}: ${first?.message}`,
      whoseMove: 'SENDER',
      row: first?.row ?? null,
      column: position < 0 ? null : position + 1,
      details: { count, column, examples: shown(examples) },
    }
  }

  return {
    add(rejections) {
      let other: Rejection | undefined
      for (const rejection of rejections) {
        const key = `${rejection.code} ${rejection.column ?? ''}`
        let group = groups.get(key)
        if (group === undefined) {
          if (groups.size >= MOST_GROUPS) {
            other ??= rejection
            continue
          }
          group = { code: rejection.code, column: rejection.column, count: 0, examples: [] }
          groups.set(key, group)
        }
        addTo(group, rejection)
      }
      if (other !== undefined) addTo(others, other)
    },
    problems() {
      const sorted = [...groups.values()].sort((a, b) => b.count - a.count)
      const before = sorted.filter(group => group.count >= others.count)
      return [
        ...before.map(asProblem),
        ...(others.count === 0 ? [] : [otherCauses(others)]),
        ...sorted.slice(before.length).map(asProblem),
      ]
    },
  }
}

const otherCauses = ({ count, examples }: Counted): Problem => {
  const first = examples[0]
  const example =
    first === undefined ? '' : ` For example row ${first.row}, ${causeOf(first)}: ${first.message}`
  return {
    code: 'OTHER_CAUSES',
    message: `${rejected(count)} for causes beyond the ${MOST_GROUPS} that are told one by one.${example}`,
    whoseMove: 'SENDER',
    row: first?.row ?? null,
    column: null,
    details: { count, column: null, examples: shown(examples) },
  }
}

/** What became of rows by one cause; its code stands beside. */
export const rejectedFor = (count: number, column: string | null): string =>
  column === null ? rejected(count) : `${rejected(count)} for column "${column}"`

const rejected = (count: number) => (count === 1 ? '1 row was rejected' : `${count} rows were rejected`)

const causeOf = ({ code, column }: Pick<Rejection, 'code' | 'column'>) =>
  column === null ? code : `${code} in column "${column}"`

const shown = (examples: readonly Rejection[]) =>
  examples.map(({ row, value, message }) => ({ row, value, message }))
