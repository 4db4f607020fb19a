import { once } from 'node:events'
import { setFlagsFromString } from 'node:v8'
import { startObjectStore } from './server.ts'

// V8 else lets buffers that are done with pile up: 1 GiB in and out peaks at 120 MiB instead of 150.
setFlagsFromString('--optimize-for-size')

const {
  OBJECT_STORE_FOLDER,
  OBJECT_STORE_PORT,
  OBJECT_STORE_HOST,
  OBJECT_STORE_ACCESS_KEY,
  OBJECT_STORE_SECRET_KEY,
} = process.env

if (!OBJECT_STORE_FOLDER || !OBJECT_STORE_ACCESS_KEY || !OBJECT_STORE_SECRET_KEY)
  throw new Error('OBJECT_STORE_FOLDER, OBJECT_STORE_ACCESS_KEY and OBJECT_STORE_SECRET_KEY must be set')

const ended = Promise.race([once(process, 'SIGTERM'), once(process, 'SIGINT'), once(process, 'disconnect')])
await using store = await startObjectStore({
  folder: OBJECT_STORE_FOLDER,
  port: Number(OBJECT_STORE_PORT || 0),
  host: OBJECT_STORE_HOST || '127.0.0.1',
  credentials: { accessKeyId: OBJECT_STORE_ACCESS_KEY, secretAccessKey: OBJECT_STORE_SECRET_KEY },
})
console.log(`object store ready ${store.endpoint}`)
process.send?.({ endpoint: store.endpoint })
await ended
process.disconnect?.()
