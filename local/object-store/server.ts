import type { ServerResponse } from 'node:http'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Faults } from './faults.ts'
import { handlerOf } from './handle.ts'
import type { Credentials } from './http/signature.ts'
import { openStorage } from './storage/storage.ts'

interface ObjectStoreOptions {
  readonly folder: string
  /** 0 picks a free one. */
  readonly port: number
  readonly host: string
  readonly credentials: Credentials
  readonly faults?: Faults
  readonly onFailure?: (error: unknown) => void
  readonly clock?: () => number
}

export interface ObjectStore extends AsyncDisposable {
  readonly endpoint: string
  /** Takes no more requests, finishes those in flight within ten seconds, and ends. */
  close(): Promise<void>
}

const idle = 5 * 60_000
const grace = 10_000

/**
 * An S3 server over one folder, for one machine and for tests. It answers only what is on the disk for good; whatever
 * is killed in between leaves nothing. Only one may run on a folder at a time.
 */
export const startObjectStore = async (options: ObjectStoreOptions): Promise<ObjectStore> => {
  const { folder, port, host, credentials, faults = () => undefined, clock = Date.now } = options
  const onFailure = options.onFailure ?? (error => console.error('object store:', error))
  const storage = await openStorage(folder)
  const handle = handlerOf({ storage, credentials, faults, onFailure, clock })
  const running = new Set<ServerResponse>()
  // A large part on a slow line takes as long as it takes; only silence ends a connection.
  const server = createServer({ requestTimeout: 0, keepAliveTimeout: 60_000 })
  server.setTimeout(idle)
  const listen = (event: 'request' | 'checkContinue') =>
    server.on(event, (request, response) => {
      running.add(response)
      response.once('close', () => running.delete(response))
      if (closing) response.setHeader('connection', 'close')
      const beforeReading = () => event === 'checkContinue' && response.writeContinue()
      handle(request, response, beforeReading).catch((error: unknown) => {
        onFailure(error)
        response.destroy()
      })
    })
  let closing: Promise<void> | undefined
  listen('request')
  listen('checkContinue')
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, () => {
      server.off('error', reject)
      resolve()
    })
  })
  const close = (): Promise<void> =>
    (closing ??= new Promise((resolve, reject) => {
      const force = setTimeout(() => server.closeAllConnections(), grace)
      server.close(error => {
        clearTimeout(force)
        if (error) reject(error)
        else resolve()
      })
      for (const response of running) if (!response.headersSent) response.setHeader('connection', 'close')
      server.closeIdleConnections()
    }))
  const { port: bound } = server.address() as AddressInfo
  return {
    endpoint: `http://${host.includes(':') ? `[${host}]` : host}:${bound}`,
    close,
    [Symbol.asyncDispose]: close,
  }
}
