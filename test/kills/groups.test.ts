import process from 'node:process'
import { setTimeout as sleep } from 'node:timers/promises'
import postgres from 'postgres'
import { expect, test } from 'vitest'
import { HEADER, row } from '../support/contact-files.ts'
import { openWorkerRoom } from '../worker/worker-room.ts'
import { broken, claims, quiet } from './half-imports.ts'

/** `npm run test:kills` asks for a hundred. */
const KILLS = Number(process.env['KILLS'] ?? 10)
const FILES = 400
/** Goes alone, since a row of it is rejected. */
const FAULTY = 250

const isCorrection = (file: number) => file % 10 === 9

/** Each makes three contacts; every tenth changes one of the file before it, and tells the same of it as before of another. */
const fileOf = (file: number) => {
  if (isCorrection(file)) return HEADER + row(`F${file - 1}a`, 'diane', 'corrected') + row(`F${file - 1}b`)
  const rows = ['a', 'b', 'c'].map(each => row(`F${file}${each}`)).join('')
  return HEADER + rows + (file === FAULTY ? row('faulty', '') : '')
}

const countsOf = (file: number) => {
  if (isCorrection(file)) return 'COMPLETED 2 = 0 + 1 + 1 + 0'
  return file === FAULTY ? 'COMPLETED 4 = 3 + 0 + 0 + 1' : 'COMPLETED 3 = 3 + 0 + 0 + 0'
}

test(`a worker killed at ${KILLS} random moments of ${FILES} tiny files: exact counts of each file, each in one receipt`, {
  timeout: 120_000 + KILLS * 20_000,
}, async () => {
  await using room = await openWorkerRoom()
  const superuser = postgres(room.test.superuserUrl, { max: 1, onnotice: () => {} })
  const send = async () => {
    const tenantId = await room.createTenant()
    for (let file = 0; file < FILES; file++)
      await room.upload(tenantId, `/calls/f${String(file).padStart(3, '0')}.csv`, fileOf(file))
  }
  const ended = async () => {
    const [left] = await superuser`select 1 from imports where status <> 'COMPLETED' limit 1`
    return left === undefined
  }
  const rightly = async () => {
    const rows = await superuser<{ counts: string }[]>`
      select concat(status, ' ', rows_read, ' = ', created, ' + ', updated, ' + ', unchanged, ' + ', rejected) as counts
        from imports order by path`
    expect(rows.map(({ counts }) => counts)).toEqual(
      Array.from({ length: FILES }, (_, file) => countsOf(file)),
    )
    const [corrected] = await superuser`select count(*)::int as count from contacts where queue = 'corrected'`
    expect(corrected?.['count']).toBe(FILES / 10)
    expect(await broken(superuser)).toEqual([])
    await superuser`truncate contacts, rejections, reports, imports cascade`
  }
  try {
    await send()
    const first = await room.startWorker()
    const longest = 1.2 * (await room.until('files that nobody disturbs', ended))
    process.kill(first.pid, 'SIGKILL')
    await first.ended
    await rightly()

    let [inTheMiddle, rounds] = [0, 1]
    await send()
    for (let kill = 1; kill <= KILLS; kill++) {
      const worker = await room.startWorker()
      await sleep(Math.random() * longest)
      process.kill(worker.pid, 'SIGKILL')
      await worker.ended
      await room.until('its transactions to end', () => quiet(superuser))
      expect(await broken(superuser), `after kill ${kill}`).toEqual([])
      if ((await claims(superuser)).length > 0) inTheMiddle += 1
      if (!(await ended())) continue
      await rightly()
      rounds += 1
      await send()
    }
    await room.startWorker()
    await room.until('the last of them to end', ended)
    await rightly()
    console.log(
      `${KILLS} kills, ${inTheMiddle} of them in the middle of a try, ${rounds} rounds of ${FILES} files`,
    )
    expect(inTheMiddle).toBeGreaterThan(0)
  } finally {
    await superuser.end()
  }
})
