import type { Problem } from '../imports/problem.ts'
import { rejectedFor } from '../imports/reading/problem-groups.ts'

/**
 * What is left of the words about a file once the file is deleted: codes, rows and columns, and words that quote
 * nothing of it. A code that is not named here is taken for one that quotes.
 */
export const quotingNothing: ReadonlySet<string> = new Set([
  // Rows.
  'DELETED_BEFORE',
  'MISSING_VALUE',
  'MISSING_COLUMN',
  'EXTRA_COLUMN',
  'BAD_QUOTE',
  'BAD_CHARACTER',
  'TOO_LONG',
  // Files.
  'EMPTY',
  'NO_ROWS',
  'NOT_CSV',
  'DIALECT_MISMATCH',
  'UNREADABLE',
  'TOO_MANY_REJECTED',
  'TOO_LARGE',
  'AMBIGUOUS_TEMPLATE',
  'NO_TEMPLATE',
  // Faults of ours.
  'STORED_FILE_MISSING',
  'STORED_FILE_DAMAGED',
  'DATABASE_FAILED',
  'OBJECT_STORE_FAILED',
  'INTERNAL',
])

export const PURGED = 'What was said here quoted the file, and was deleted with it.'

/** A file's failure. */
export const purgedFailure = (failure: Problem): Problem =>
  quotingNothing.has(failure.code) && !namesEntries(failure)
    ? failure
    : { ...failure, message: PURGED, details: countsOf(failure) }

/** The same code may say something of a file, or of what is packed in it, whose names its sender gave. */
const namesEntries = ({ details }: Problem): boolean => details?.['entry'] !== undefined || isNames(details)

const isNames = (details: Problem['details']): boolean => {
  const examples = details?.['examples']
  return Array.isArray(examples) && examples.some(example => typeof example === 'string')
}

/** How many entries were left out, and how many of them were CSVs. */
const countsOf = ({ details }: Problem): Problem['details'] =>
  isNames(details) ? { count: details?.['count'] ?? null, csvs: details?.['csvs'] ?? null } : null

/** One cause of a file's problems: its count and the rows of its examples stay. */
export function purgedProblem(problem: Problem): Problem {
  const { code, details } = problem
  const examples = details?.['examples']
  if (!details || !Array.isArray(examples) || namesEntries(problem)) return purgedFailure(problem)
  const rows = examples.flatMap(example =>
    typeof example === 'object' && example !== null && 'row' in example
      ? [{ row: example['row'] ?? null }]
      : [],
  )
  const kept: Problem = { ...problem, details: { ...details, examples: rows } }
  if (quotingNothing.has(code)) return kept
  const { column } = details
  const count = Number(details['count'])
  const words = rejectedFor(count, typeof column === 'string' ? column : null)
  return { ...kept, message: `${words}. ${PURGED}` }
}
