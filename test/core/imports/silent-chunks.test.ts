import { setTimeout as sleep } from 'node:timers/promises'
import { sql } from 'drizzle-orm'
import { expect, test } from 'vitest'
import { mergeChunk } from '../../../core/imports/merge.ts'
import { openImportRoom } from './import-room.ts'

test('chunks of rejected rows alone keep the transaction alive, however long they last', async () => {
  await using room = await openImportRoom()
  const { tenantId } = room
  const claimed = { tenantId, id: crypto.randomUUID(), fileMark: 1 }
  const counts = { staged: 0, supersededUpdated: 0, supersededUnchanged: 0, rejected: 9 }
  const nothing = Buffer.alloc(0)
  const chunk = { kind: 'rows', ...counts, copy: nothing, superseded: new Int32Array(), rejectedCsv: nothing }
  const answered = await room.inTenant(async tx => {
    await tx.execute(sql`set local idle_in_transaction_session_timeout = '2s'`)
    for (let chunks = 0; chunks < 4; chunks++) {
      await sleep(600)
      await mergeChunk(tx, claimed as never, { existing: 'UPDATE', markUnchanged: false }, chunk as never)
    }
    return tx.execute(sql`select 1 as one`)
  })
  expect([...answered]).toEqual([{ one: 1 }])
})
