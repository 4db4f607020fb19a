import { expect, test } from 'vitest'
import { openApiRoom, STAFF_TOKEN } from './api-room.ts'

test('staff begin a sweep by hand; asked again meanwhile, it is the same one', async () => {
  await using room = await openApiRoom()
  const own = await room.tenant('Own')
  const run = async () =>
    (
      await room.data<{ runRetentionSweep: { id: string; finishedAt: null; certificateUrl: null } }>(
        STAFF_TOKEN,
        'mutation ($t: ID!) { runRetentionSweep(tenantId: $t) { id finishedAt certificateUrl rule { enabled } } }',
        { t: own.id },
      )
    ).runRetentionSweep
  const first = await run()
  expect(first).toMatchObject({ finishedAt: null, certificateUrl: null, rule: { enabled: false } })
  expect(await run()).toEqual(first)
  const { tenant } = await room.data<{ tenant: { retentionRuns: { nodes: { id: string }[] } } }>(
    own.READER,
    '{ tenant { retentionRuns { nodes { id } } } }',
  )
  expect(tenant.retentionRuns.nodes).toEqual([{ id: first.id }])
})
