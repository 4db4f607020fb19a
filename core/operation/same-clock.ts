import type { Database } from '../../db/db.ts'

const MOST_SECONDS_APART = 120

/** This machine's clock and the database's are too far apart for anything to be deleted by them. */
export class ClocksApart extends Error {
  override readonly name = 'ClocksApart'

  constructor(seconds: number) {
    super(
      `This machine's clock is ${Math.abs(seconds)} s ${seconds < 0 ? 'behind' : 'ahead of'} the database's: nothing is deleted until both are set, by NTP`,
    )
  }
}

/** Terms are counted by one clock from times that the other one wrote: where they differ, too much or nothing would go. */
export async function requireSameClock(database: Database, now: Date): Promise<void> {
  const [row] = await database.plain<{ seconds: number }[]>`
    select extract(epoch from ${now.toISOString()}::timestamptz - clock_timestamp())::float8 as seconds`
  const seconds = Math.round(row?.seconds ?? 0)
  if (Math.abs(seconds) > MOST_SECONDS_APART) throw new ClocksApart(seconds)
}
