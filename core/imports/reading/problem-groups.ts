import type { Problem } from '../problem.ts'
import type { Rejection, RowFault } from './chunk.ts'

/** Row faults by cause: a count and three examples each, however many rows are rejected. */
export interface ProblemGroups {
  add(rejections: readonly Rejection[]): void
  problems(): Problem[]
}

const MOST_GROUPS = 200
const EXAMPLES = 3

interface Group {
  code: RowFault
  column: string | null
  count: number
  examples: Rejection[]
}

export const groupProblems = (header: readonly string[]): ProblemGroups => {
  const groups = new Map<string, Group>()

  const asProblem = ({ code, column, count, examples }: Group): Problem => {
    const where = column === null ? '' : ` in column "${column}"`
    const first = examples[0]
    const position = column === null ? -1 : header.indexOf(column)
    return {
      code,
      message: `${count === 1 ? '1 row was' : `${count} rows were`} rejected with ${code}${where}. For example row ${first?.row}: ${first?.message}`,
      whoseMove: 'SENDER',
      row: first?.row ?? null,
      column: position < 0 ? null : position + 1,
      details: {
        count,
        column,
        examples: examples.map(({ row, value, message }) => ({ row, value, message })),
      },
    }
  }

  return {
    add(rejections) {
      for (const rejection of rejections) {
        const key = `${rejection.code} ${rejection.column ?? ''}`
        let group = groups.get(key)
        if (group === undefined) {
          if (groups.size >= MOST_GROUPS) continue
          group = { code: rejection.code, column: rejection.column, count: 0, examples: [] }
          groups.set(key, group)
        }
        group.count++
        if (group.examples.length < EXAMPLES) group.examples.push(rejection)
      }
    },
    problems: () => [...groups.values()].sort((a, b) => b.count - a.count).map(asProblem),
  }
}
