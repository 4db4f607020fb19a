import { randomBytes, randomUUID } from 'node:crypto'
import { expect, test } from 'vitest'
import { PART_BYTES } from '../../../core/vault/layout.ts'
import { durableSize } from '../../../core/vault/object-writer.ts'
import { MiB, memoryLedger, memoryRoom } from './vault-room.ts'

const begin = async (options: { partBudgetBytes?: number } = {}) => {
  const room = await memoryRoom(options)
  const identity = { tenantId: room.tenantId, objectId: randomUUID() }
  const created = await room.vault.newObject(identity, room.wrappedTenantKey)
  const ledger = memoryLedger()
  const row = (size: number) => ({ ...identity, ...created, wrappedTenantKey: room.wrappedTenantKey, size })
  return { ...room, created, ledger, row, writer: room.vault.write(created, ledger) }
}

test('a part that fails fails the writes that follow, and what was durable stays on record', async () => {
  const { bucket, writer, ledger, vault } = await begin()
  bucket.before = (op, number) => {
    if (op === 'putPart' && number === 2) throw new Error('the store is away')
  }
  const all = async () => {
    for (let sent = 0; sent < 60; sent++) await writer.write(randomBytes(MiB))
  }
  await expect(all()).rejects.toThrow('the store is away')
  await writer.stop()
  expect(ledger.parts.map(part => part.partNumber)).not.toContain(2)
  expect(durableSize(ledger.parts)).toBe(5 * MiB)
  expect(vault.buffers.usedBytes).toBe(0)
})

test('a ledger that refuses a part stops the upload with its own words', async () => {
  const { writer, ledger } = await begin()
  ledger.stored = async () => {
    throw new Error('another session took over')
  }
  const all = async () => {
    for (let sent = 0; sent < 60; sent++) await writer.write(randomBytes(MiB))
  }
  await expect(all()).rejects.toThrow('another session took over')
})

test('a slow store slows the writer, and memory stays within the budget for all uploads together', async () => {
  const budget = 4 * PART_BYTES
  const { vault, bucket, tenantId, wrappedTenantKey } = await memoryRoom({ partBudgetBytes: budget })
  let most = 0
  bucket.before = async op => {
    most = Math.max(most, vault.buffers.usedBytes)
    if (op === 'putPart') await new Promise(resolve => setTimeout(resolve, 5))
  }
  const upload = async () => {
    const created = await vault.newObject({ tenantId, objectId: randomUUID() }, wrappedTenantKey)
    const writer = vault.write(created, memoryLedger())
    for (let sent = 0; sent < 12; sent++) await writer.write(Buffer.alloc(MiB, sent))
    await writer.finish()
    await writer.complete()
  }
  await Promise.all(Array.from({ length: 8 }, upload))
  expect(most).toBeGreaterThan(0)
  expect(most).toBeLessThanOrEqual(budget)
  expect(vault.buffers.usedBytes).toBe(0)
  expect(bucket.objects.size).toBe(8)
})

test('a stop gives memory back at once, also to those who wait for it', async () => {
  const { vault, tenantId, wrappedTenantKey, writer } = await begin({ partBudgetBytes: PART_BYTES })
  await writer.write(randomBytes(2 * MiB))
  const second = vault.write(
    await vault.newObject({ tenantId, objectId: randomUUID() }, wrappedTenantKey),
    memoryLedger(),
  )
  const third = vault.write(
    await vault.newObject({ tenantId, objectId: randomUUID() }, wrappedTenantKey),
    memoryLedger(),
  )
  const waiting = second.write(randomBytes(2 * MiB))
  const alsoWaiting = third.write(randomBytes(2 * MiB))
  await second.stop()
  await expect(waiting).rejects.toThrow('stopped')
  await writer.stop()
  await alsoWaiting
  await third.stop()
  expect(vault.buffers.usedBytes).toBe(0)
})
