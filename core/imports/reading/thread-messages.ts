import type { ColumnTemplate } from '../../templates/template.ts'
import type { Problem } from '../problem.ts'
import type { Reading, ReadOptions } from './chunk.ts'

/**
 * What passes between the caller and the reading thread. Both sides work on credit: the caller sends at most
 * `INPUT_CREDIT` bytes that the thread has not taken, the thread parses on only while fewer than `OUTPUT_CREDIT`
 * readings are not yet asked for. So neither a slow parser nor a slow consumer fills the memory.
 */
export interface ThreadData {
  template: ColumnTemplate
  options: ReadOptions
}

export type ToThread = FromSource | { kind: 'wanted' }

export type FromSource =
  | { kind: 'bytes'; bytes: Uint8Array }
  | { kind: 'end' }
  | { kind: 'refused'; problem: Problem }

export type FromThread =
  | { kind: 'reading'; reading: Reading }
  | { kind: 'taken'; bytes: number }
  | { kind: 'refused'; problem: Problem; rowsRead: number }
  | { kind: 'done' }

export const PIECE_BYTES = 256 * 1024
export const INPUT_CREDIT = 4 * PIECE_BYTES
export const OUTPUT_CREDIT = 2
