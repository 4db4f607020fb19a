import { afterAll, beforeAll } from 'vitest'
import { startApi } from '../../api/node-process.ts'
import type { Running } from '../../core/operation/run-process.ts'
import { type ApiRoom, openApiRoom } from './api-room.ts'
import { setsUpOverItsPort } from './setup-suite.ts'

let room: ApiRoom
let running: Running
beforeAll(async () => {
  room = await openApiRoom()
  running = await startApi(room.config, room.overrides)
})
afterAll(async () => {
  await running?.close()
  await room[Symbol.asyncDispose]()
})

setsUpOverItsPort(() => ({ room, origin: running.addresses['api']?.replace('/graphql', '') ?? '' }))
