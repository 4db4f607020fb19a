import { expect, test } from 'vitest'
import { openMetrics } from '../../../core/operation/metrics.ts'
import { createTestDatabase } from '../../support/database.ts'

test('the metrics tell how many transactions hold a connection', async () => {
  await using room = await createTestDatabase()
  const { database } = room
  const tenantId = await room.createTenant()
  const metrics = openMetrics('test')
  metrics.watchPool(database)
  const told = async () => /nightdrop_db_pool_in_use\S* (\d+)/.exec(await metrics.registry.metrics())?.[1]
  const within = await database.asTenant(tenantId, () =>
    Promise.all([told(), database.plain`select 1`]).then(([count]) => count),
  )
  expect(within).toBe('1')
  await expect(database.asTenant(tenantId, () => Promise.reject(new Error('no')))).rejects.toThrow('no')
  expect(await told()).toBe('0')
})
