import { afterAll, beforeAll } from 'vitest'
import { startApi } from '../../api/node-process.ts'
import { readNetworks } from '../../core/accounts/networks.ts'
import type { Running } from '../../core/operation/run-process.ts'
import type { MemoryBucket } from '../core/vault/memory-bucket.ts'
import { type ApiRoom, openApiRoom } from './api-room.ts'
import { playsOverItsPort } from './playing-suite.ts'

let room: ApiRoom
let running: Running
beforeAll(async () => {
  room = await openApiRoom()
  const config = { ...room.config, TRUSTED_PROXIES: readNetworks(['127.0.0.0/8']) }
  running = await startApi(config, room.overrides)
})
afterAll(async () => {
  await running?.close()
  await room[Symbol.asyncDispose]()
})

playsOverItsPort(() => ({
  room,
  store: room,
  origin: running.addresses['api']?.replace('/graphql', '') ?? '',
  async flip(storageKey, at) {
    const body = (room.vault.bucket as MemoryBucket).objects.get(storageKey) as Buffer
    body[at] = (body[at] ?? 0) ^ 1
  },
}))
