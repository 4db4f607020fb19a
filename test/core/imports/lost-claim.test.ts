import { eq } from 'drizzle-orm'
import { expect, test } from 'vitest'
import { claimNext } from '../../../core/imports/claim-next.ts'
import { runImport } from '../../../core/imports/run-import.ts'
import { tables } from '../../../db/db.ts'
import { HEADER, row } from '../../support/contact-files.ts'
import { openImportRoom } from './import-room.ts'

const { imports } = tables

test('a try whose claim is another worker’s by now touches nothing, not even the file', async () => {
  await using room = await openImportRoom()
  const id = await room.upload('/a.csv', HEADER + row('A') + row('B'))
  const claim = async (workerId: string) => {
    const next = await room.inTenant(tx => claimNext(tx, room.tenantId, { workerId, now: room.now }))
    if (next.kind !== 'claimed') throw new Error(next.kind)
    return next.import
  }
  const first = await claim('stalled')
  // As recovery frees what a silent worker held.
  await room.inTenant(tx =>
    tx.update(imports).set({ status: 'QUEUED', claim: null }).where(eq(imports.id, id)),
  )
  const second = await claim('alive')

  let reads = 0
  const watched = {
    ...room.vault,
    readRange: (...range: Parameters<typeof room.vault.readRange>) => {
      reads += 1
      return room.vault.readRange(...range)
    },
    readAll: (...whole: Parameters<typeof room.vault.readAll>) => {
      reads += 1
      return room.vault.readAll(...whole)
    },
  }
  const { signal } = new AbortController()
  const late = room.ports({ workerId: 'stalled', vault: watched })
  expect(await runImport(late, first, signal)).toBe('LOST')
  expect(reads).toBe(0)
  expect(await room.contacts()).toEqual([])
  expect(await room.import(id)).toMatchObject({ status: 'RUNNING', claim: second.claim })

  expect(await runImport(room.ports({ workerId: 'alive' }), second, signal)).toBe('COMPLETED')
  expect((await room.contacts()).map(each => each.reference)).toEqual(['A', 'B'])
})
