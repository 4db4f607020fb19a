import { once } from 'node:events'
import { freePort } from '../../local/free-port.ts'
import { bootstrapDatabase } from '../../local/postgres/bootstrap.ts'
import { startPostgres } from '../../local/postgres/server.ts'

// A PostgreSQL of its own process, for tests that end it.
const ended = Promise.race([once(process, 'SIGTERM'), once(process, 'disconnect')])
await using server = await startPostgres({
  folder: process.env['FOLDER'] ?? '',
  port: await freePort(),
  password: 'test',
  durable: true,
})
process.send?.({ ready: await bootstrapDatabase(server.superuserUrl('postgres'), 'nightdrop', 'test') })
await ended
if (process.connected) process.disconnect()
