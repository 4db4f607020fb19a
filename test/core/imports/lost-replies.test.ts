import { expect, test } from 'vitest'
import type { Database } from '../../../db/db.ts'
import { HEADER, row } from '../../support/contact-files.ts'
import { openImportRoom } from './import-room.ts'

test('a refusal whose commit was done and whose reply was lost keeps its CSV', async () => {
  await using room = await openImportRoom()
  const id = await room.upload('/a.csv', HEADER + row('A') + 'B,diane,never,sales,1\nC,diane,never,sales,1\n')
  const real = room.ports().imports
  const lossy: Database = {
    ...real,
    asTenant: async (tenantId, work) => {
      const answer = await real.asTenant(tenantId, work)
      throw Object.assign(new Error('the reply was lost'), { code: 'CONNECTION_CLOSED', answer })
    },
  }
  await room.run(new AbortController().signal, { imports: lossy })
  const refused = await room.import(id)
  expect(refused).toMatchObject({ status: 'REFUSED', failures: 0, failure: { code: 'TOO_MANY_REJECTED' } })
  expect(await room.readObject(refused.rejectedCsvId ?? '')).toContain('B,diane,never')
})
