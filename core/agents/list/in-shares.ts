import { setImmediate } from 'node:timers/promises'

/** Few enough that one share takes milliseconds. */
const SHARE = 250

/** Rows share by share; between two of them whatever else waits for this process has its turn. */
export async function* inShares<T>(rows: readonly T[]): AsyncGenerator<readonly T[], void, undefined> {
  for (let from = 0; from < rows.length; from += SHARE) {
    if (from > 0) await setImmediate()
    yield rows.slice(from, from + SHARE)
  }
}
