import process from 'node:process'
import { setTimeout as sleep } from 'node:timers/promises'
import postgres from 'postgres'
import { expect, test } from 'vitest'
import { tables } from '../../db/db.ts'
import { HEADER, row } from '../support/contact-files.ts'
import { zipOf } from '../support/zip.ts'
import { openWorkerRoom } from '../worker/worker-room.ts'
import { broken, quiet } from './half-imports.ts'

/** `npm run test:kills` asks for a hundred. */
const KILLS = Number(process.env['KILLS'] ?? 10)
const ENTRIES = 200

const names = Array.from({ length: ENTRIES }, (_, entry) => `e${String(entry).padStart(3, '0')}.csv`)
const archive = zipOf(
  names.map((name, entry) => ({ name, bytes: HEADER + row(`R${entry}`) + row('last', 'diane', name) })),
)

test(`a worker killed at ${KILLS} random moments of an archive of ${ENTRIES} files: each is there once, and read once, in its order`, {
  timeout: 120_000 + KILLS * 20_000,
}, async () => {
  await using room = await openWorkerRoom()
  const superuser = postgres(room.test.superuserUrl, { max: 1, onnotice: () => {} })
  const send = async () => {
    const tenantId = await room.createTenant()
    await room.upload(tenantId, '/night.zip', archive)
    await room.upload(tenantId, '/after.csv', HEADER + row('R0', 'diane', 'after'))
    return tenantId
  }
  const ended = async () => {
    const [left] = await superuser`select 1 from imports where status <> 'COMPLETED' limit 1`
    return left === undefined
  }
  const rightly = async (tenantId: string) => {
    const files = await superuser<{ path: string }[]>`select path from uploaded_files order by id`
    expect(files.map(({ path }) => path).slice(2)).toEqual(names.map(name => `/night.zip/${name}`))
    const contacts = await room.database.asTenant(tenantId, tx =>
      tx.select().from(tables.contacts).orderBy(tables.contacts.reference),
    )
    expect(contacts.length).toBe(ENTRIES + 1)
    expect(contacts.find(({ reference }) => reference === 'R0')?.queue).toBe('after')
    expect(contacts.find(({ reference }) => reference === 'last')?.queue).toBe(names.at(-1))
    expect(await broken(superuser)).toEqual([])
    await superuser`truncate contacts, rejections, reports, imports, uploaded_files cascade`
  }
  try {
    let tenantId = await send()
    const first = await room.startWorker()
    const longest = 1.2 * (await room.until('an archive that nobody disturbs', ended))
    process.kill(first.pid, 'SIGKILL')
    await first.ended
    await rightly(tenantId)

    let [inTheMiddle, rounds] = [0, 1]
    tenantId = await send()
    for (let kill = 1; kill <= KILLS; kill++) {
      const worker = await room.startWorker()
      // Every other one early, while it is unpacked.
      await sleep(Math.random() * longest * (kill % 2 === 1 ? 0.4 : 1))
      process.kill(worker.pid, 'SIGKILL')
      await worker.ended
      await room.until('its transactions to end', () => quiet(superuser))
      expect(await broken(superuser), `after kill ${kill}`).toEqual([])
      const [unpacking] =
        await superuser`select 1 from imports where path = '/night.zip' and status = 'RUNNING'`
      if (unpacking) inTheMiddle += 1
      if (!(await ended())) continue
      await rightly(tenantId)
      rounds += 1
      tenantId = await send()
    }
    await room.startWorker()
    await room.until('the last of them to end', ended)
    await rightly(tenantId)
    console.log(`${KILLS} kills, ${inTheMiddle} of them in the middle of unpacking, ${rounds} rounds`)
    expect(inTheMiddle).toBeGreaterThan(0)
  } finally {
    await superuser.end()
  }
})
