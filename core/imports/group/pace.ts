import { LEAST, MOST } from './claim-group.ts'

/**
 * How many imports the next group may have, by how the last one went. What goes wrong with a group as a whole is
 * narrowed down: smaller groups are tried, and in the end each import alone, where its own fault is told.
 */
export interface Pace {
  /** Below LEAST: the next one goes alone. */
  readonly most: number
  /** `ended` of a group of `tried` imports ended; the first that did not goes alone next. */
  group(ended: number, tried: number): void
  alone(): void
}

export function newPace(): Pace {
  let most = MOST
  let alone = 0
  return {
    get most() {
      return alone > 0 ? 1 : most
    },
    group(ended, tried) {
      if (ended === tried) most = Math.min(MOST, most * 2)
      else if (ended > 0) {
        most = Math.max(LEAST, ended)
        alone = 1
      } else {
        most = Math.max(LEAST, Math.floor(tried / 4))
        alone = tried > LEAST ? 0 : tried
      }
    },
    alone() {
      alone = Math.max(0, alone - 1)
    },
  }
}
