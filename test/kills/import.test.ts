import process from 'node:process'
import { setTimeout as sleep } from 'node:timers/promises'
import postgres from 'postgres'
import { expect, test } from 'vitest'
import { HEADER, row } from '../support/contact-files.ts'
import { openWorkerRoom } from '../worker/worker-room.ts'
import { broken, claims, quiet } from './half-imports.ts'

/** `npm run test:kills` asks for a hundred. */
const KILLS = Number(process.env['KILLS'] ?? 10)
/** Of the large file: all 300,000 where a hundred kills are asked for; fewer keep ten kills under a minute. */
const ROWS = KILLS >= 100 ? 300_000 : 30_000
const REPEATED = ROWS / 100
const REJECTED = ROWS / 200
/** Of the file sent after it: half of them change a contact of the large file's. */
const CORRECTIONS = ROWS / 10

const reference = (index: number) => `R${index}`

/** Every row but the repeated and the faulty ones makes a contact; a repeated one, the first time of two, counts as updated. */
const largeFile = () => {
  const lines = Array.from({ length: ROWS }, (_, index) => {
    if (index < REPEATED) return row(reference(ROWS - 1 - index), 'diane', 'first')
    return index < REPEATED + REJECTED ? row(reference(index), '') : row(reference(index))
  })
  return HEADER + lines.join('')
}

/** Counts as it does only when the large file was taken first, once. */
const corrections = () => {
  const first = ROWS - CORRECTIONS
  const lines = Array.from({ length: CORRECTIONS }, (_, index) =>
    row(reference(first + index), 'diane', index % 2 ? 'corrected' : 'sales'),
  )
  return HEADER + lines.join('')
}

const COUNTS = [
  {
    rowsRead: ROWS,
    created: ROWS - REPEATED - REJECTED,
    updated: REPEATED,
    unchanged: 0,
    rejected: REJECTED,
  },
  {
    rowsRead: CORRECTIONS,
    created: 0,
    updated: CORRECTIONS / 2,
    unchanged: CORRECTIONS / 2,
    rejected: 0,
  },
].map(counts => ({ status: 'COMPLETED', failures: 0, outages: 0, ...counts }))

test(`a worker killed at ${KILLS} random moments of an import of ${ROWS} rows: exact counts each time, no attempt lost`, {
  timeout: 120_000 + KILLS * 40_000,
}, async () => {
  await using room = await openWorkerRoom()
  const superuser = postgres(room.test.superuserUrl, { max: 1, onnotice: () => {} })
  const [large, small] = [largeFile(), corrections()]
  const send = async () => {
    const tenantId = await room.createTenant()
    const ids = [await room.upload(tenantId, '/calls.csv', large)]
    ids.push(await room.upload(tenantId, '/corrections.csv', small))
    return { tenantId, ids }
  }
  type Sent = Awaited<ReturnType<typeof send>>
  const ended = async ({ tenantId, ids }: Sent) =>
    (await room.import(tenantId, ids.at(-1) ?? '')).status === 'COMPLETED'
  const rightly = async ({ tenantId, ids }: Sent) => {
    for (const [index, id] of ids.entries())
      expect(await room.import(tenantId, id)).toMatchObject(COUNTS[index] ?? {})
    expect(await room.contacts(tenantId)).toBe(ROWS - REPEATED - REJECTED)
    expect(await broken(superuser)).toEqual([])
    // One round's rows after another's would make the table larger with each.
    await superuser`truncate contacts cascade`
    await superuser`truncate rejections, reports, imports cascade`
  }
  try {
    const undisturbed = await send()
    const first = await room.startWorker()
    const longest = 1.2 * (await room.until('an import that nobody disturbs', () => ended(undisturbed), 3e5))
    process.kill(first.pid, 'SIGKILL')
    await first.ended
    await rightly(undisturbed)

    let inTheMiddle = 0
    let rounds = 1
    let lost: string[] = []
    let killed = performance.now()
    const recoveries: number[] = []
    let sent = await send()
    for (let kill = 1; kill <= KILLS; kill++) {
      const worker = await room.startWorker()
      if (lost.length > 0) {
        await room.until('the import to begin again', async () =>
          (await claims(superuser)).some(claim => !lost.includes(claim)),
        )
        recoveries.push((performance.now() - killed) / 1_000)
      }
      await sleep(Math.random() * longest)
      process.kill(worker.pid, 'SIGKILL')
      killed = performance.now()
      await worker.ended
      await room.until('its transactions to end', () => quiet(superuser))
      expect(await broken(superuser), `after kill ${kill}`).toEqual([])
      lost = await claims(superuser)
      if (lost.length > 0) inTheMiddle += 1
      if (!(await ended(sent))) continue
      await rightly(sent)
      rounds += 1
      sent = await send()
    }
    await room.startWorker()
    await room.until('the last import to end', () => ended(sent), 3e5)
    await rightly(sent)
    recoveries.sort((a, b) => a - b)
    const median = recoveries[Math.floor(recoveries.length / 2)] ?? 0
    console.log(
      `${KILLS} kills, ${inTheMiddle} of them in the middle of an import, ${rounds} rounds of ${ROWS} + ${CORRECTIONS} rows; ` +
        `begun again after ${median.toFixed(1)} s (median), ${(recoveries.at(-1) ?? 0).toFixed(1)} s at most, with the start of a worker`,
    )
    expect(inTheMiddle).toBeGreaterThan(0)
  } finally {
    await superuser.end()
  }
})
