import type { EveryRow } from './every-row.ts'
import type { Guess } from './guess-columns.ts'
import type { SampleColumn } from './sample-analysis.ts'
import type { TimeTally } from './time-tally.ts'
import type { DateHabits, WrittenTime } from './written-time.ts'
import { writtenTime } from './written-time.ts'

/** A column with its format, told over all rows. */
export interface Settled {
  guess: Guess
  column: SampleColumn
  /** For dates and times: how all rows write them. */
  written: WrittenTime | null
  tally: TimeTally | null
}

export const settleFormats = (guesses: readonly Guess[], all: EveryRow, habits: DateHabits): Settled[] =>
  guesses.map(guess => {
    const tally = all.times.get(guess.column.index)
    const written =
      guess.time === null ? null : (writtenTime(guess.column, habits, tally) ?? guess.time.written)
    const [format = null, ...alternatives] = written?.formats ?? guess.duration?.formats ?? []
    const decided =
      alternatives.length === 0 && (format !== null || (guess.time === null && guess.duration === null))
    return {
      guess,
      written,
      tally: tally ?? null,
      column: {
        position: guess.column.index + 1,
        header:
          guess.column.header.words.length === 0 && guess.column.header.text === ''
            ? null
            : guess.column.header.text,
        examples: guess.column.examples,
        guess: guess.field,
        format,
        alternatives,
        confidence: decided ? guess.confidence : Math.min(guess.confidence, 0.85),
      },
    }
  })
