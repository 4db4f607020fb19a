import type { ColumnTemplate } from '../../templates/template.ts'
import type { Problem } from '../problem.ts'
import type { FileHead } from './file-head.ts'

/** Which of several templates reads a file. */
export type Choice<T> =
  | { kind: 'one'; template: T }
  /** No template reads this file: what is wrong with it, or how it differs from the template that is nearest. */
  | { kind: 'none'; problem: Problem; nearest: T | null }
  | { kind: 'ambiguous'; problem: Problem; templates: T[] }

/** A template whose pattern fits the file, with what it finds at the file's beginning. */
export interface Candidate<T extends ColumnTemplate> {
  template: T
  head: FileHead
  /** The header, where there is one, and rows. */
  records: string[][]
}
