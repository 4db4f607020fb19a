import process from 'node:process'
import { setTimeout as sleep } from 'node:timers/promises'
import postgres from 'postgres'
import { expect, test } from 'vitest'
import { destructionRecord } from '../../core/retention/record.ts'
import { openRun } from '../../core/retention/run.ts'
import { compareRecord, requireRecord } from '../../core/retention/settle-record.ts'
import { tables } from '../../db/db.ts'
import { fillOverdue, ruleOf30Days } from '../support/overdue-contacts.ts'
import { openWorkerRoom } from '../worker/worker-room.ts'

/** `npm run test:kills` asks for a hundred. */
const KILLS = Number(process.env['KILLS'] ?? 10)
const CONTACTS = 12_000
const RECORDINGS = 3_000
/** Of a hundred contacts one is evaluated and one held. */
const SPARED_EVERY = 100
/** How long after its start a worker may be killed: by then it has ended a sweep of so many. */
const LONGEST_MS = 1_500

test(`a worker killed at ${KILLS} random moments of a sweep: each contact is whole or wholly gone`, {
  timeout: 120_000 + KILLS * 15_000,
}, async () => {
  await using room = await openWorkerRoom()
  const superuser = postgres(room.test.superuserUrl, { max: 1, onnotice: () => {} })
  const tenantId = await room.createTenant()
  const wrappedKey = await room.vault.newTenantKey(tenantId)
  await superuser`insert into tenant_keys (tenant_id, version, wrapped_key) values (${tenantId}, 1, ${wrappedKey})`
  await ruleOf30Days(superuser, tenantId)
  const record = destructionRecord(room.vault)
  let filled = 0
  let inTheMiddle = 0
  try {
    for (let kill = 1; kill <= KILLS; kill++) {
      if (!(await underWay(superuser))) {
        filled += 1
        await fillOverdue(superuser, tenantId, {
          contacts: CONTACTS,
          recordings: RECORDINGS,
          sparedEvery: SPARED_EVERY,
          name: `round${filled}-`,
        })
        await room.database.asTenant(tenantId, tx => openRun(tx, tenantId, { now: new Date() }))
      }
      const worker = await room.startWorker()
      await sleep(Math.random() * LONGEST_MS)
      process.kill(worker.pid, 'SIGKILL')
      await worker.ended
      await room.until('its transactions to end', () => quiet(superuser))
      expect(await broken(superuser), `after kill ${kill}`).toEqual([])
      if (await underWay(superuser)) inTheMiddle += 1
    }
    await room.startWorker()
    await room.until('the run to end', async () => !(await underWay(superuser)))
    expect(await broken(superuser)).toEqual([])
    const spared = (CONTACTS / SPARED_EVERY) * 2 * filled
    expect(await room.contacts(tenantId)).toBe(spared)
    await requireRecord(room.database, record)
    expect(await compareRecord(room.database, record)).toMatchObject({ lacking: [], open: [] })
    const runs = await room.database.asTenant(tenantId, tx => tx.select().from(tables.retentionRuns))
    expect(runs.reduce((sum, run) => sum + run.contactsDeleted, 0)).toBe(CONTACTS * filled - spared)
    expect(runs.every(run => run.certificateId !== null)).toBe(true)
    console.log(`${KILLS} kills, ${inTheMiddle} of them with a run under way, ${runs.length} runs`)
    expect(inTheMiddle).toBeGreaterThan(0)
  } finally {
    await superuser.end()
  }
})

const underWay = async (superuser: postgres.Sql): Promise<boolean> => {
  const [row] = await superuser<{ open: boolean }[]>`
    select exists (select from retention_runs where finished_at is null) as open`
  return row?.open ?? false
}

/** No transaction of a killed worker lives on. */
const quiet = async (superuser: postgres.Sql): Promise<boolean> => {
  const [row] = await superuser<{ busy: number }[]>`
    select count(*)::int as busy from pg_stat_activity
     where datname = current_database() and application_name like 'nightdrop-worker%'`
  return row?.busy === 0
}

/** Everything that is half of something, by name. */
async function broken(superuser: postgres.Sql): Promise<string[]> {
  const rows = await superuser<{ what: string; count: number }[]>`
    with found (what, count) as (
      select 'links without their contact', count(*) from recording_links l
       where not exists (select from contacts c where c.tenant_id = l.tenant_id and c.id = l.contact_id)
      union all
      select 'contacts without their link', count(*) from contacts c
       where c.recording_state = 'LINKED'
         and not exists (select from recording_links l where l.tenant_id = c.tenant_id and l.contact_id = c.id)
      union all
      select 'recordings without a contact', count(*) from recordings r
       where not exists (select from recording_links l where l.tenant_id = r.tenant_id and l.recording_id = r.id)
      union all
      select 'recordings without their key', count(*) from recordings r
        join uploaded_files f on f.tenant_id = r.tenant_id and f.id = r.file_id
       where not exists (select from vault_objects o where o.tenant_id = f.tenant_id and o.id = f.object_id)
      union all
      select 'stored files without their recording', count(*) from uploaded_files f
       where f.kind = 'RECORDING' and f.status = 'STORED'
         and not exists (select from recordings r where r.tenant_id = f.tenant_id and r.file_id = f.id)
      union all
      select 'keys that nobody has', count(*) from vault_objects o
       where not exists (select from uploaded_files f where f.tenant_id = o.tenant_id and f.object_id = o.id)
         and not exists (select from retention_runs r where r.tenant_id = o.tenant_id and r.certificate_id = o.id)
      union all
      select 'contacts that are buried and there', count(*) from contacts c
        join tombstones t on t.tenant_id = c.tenant_id and t.kind = 'REFERENCE' and t.hash = c.reference_hash
      union all
      select 'destructions and tombstones that differ',
             abs((select coalesce(sum(cardinality("references")), 0) from destructions) - (select count(*) from tombstones where kind = 'REFERENCE'))
      union all
      select 'counts of runs that differ from what was destroyed',
             abs((select coalesce(sum(contacts_deleted), 0) from retention_runs) - (select coalesce(sum(cardinality("references")), 0) from destructions))
    )
    select what, count::int as count from found where count > 0`
  return rows.map(({ what, count }) => `${count} ${what}`)
}
