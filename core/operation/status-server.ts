import { createServer, type ServerResponse } from 'node:http'
import type { Registry } from 'prom-client'
import { listen } from './listen.ts'
import { type Checks, readinessOf } from './readiness.ts'
import { readVersion } from './version.ts'

export interface StatusServer extends AsyncDisposable {
  port: number
  /** From now on /readyz answers 503, so that no new work is sent here. */
  drain(): void
}

/** `/healthz`, `/readyz`, `/version` and `/metrics` of a process, on a port of their own. */
export async function startStatusServer(options: {
  host: string
  port: number
  variable: string
  registry: Registry
  checks: Checks
}): Promise<StatusServer> {
  const version = readVersion()
  let draining = false
  const routes: Record<string, (response: ServerResponse) => Promise<void>> = {
    '/healthz': async response => answer(response, 200, { ok: true }),
    '/readyz': async response => {
      const readiness = await readinessOf(options.checks, draining)
      answer(response, readiness.ready ? 200 : 503, readiness)
    },
    '/version': async response => answer(response, 200, version),
    '/metrics': async response => {
      const text = await options.registry.metrics()
      response.writeHead(200, { 'content-type': options.registry.contentType }).end(text)
    },
  }
  const server = createServer((request, response) => {
    const route = routes[request.url?.split('?')[0] ?? '']
    if (request.method !== 'GET' && request.method !== 'HEAD') answer(response, 405, { error: 'GET or HEAD' })
    else if (!route) answer(response, 404, { error: 'not found' })
    else route(response).catch(() => answer(response, 500, { error: 'failed' }))
  })
  const port = await listen(server, options)
  return {
    port,
    drain: () => {
      draining = true
    },
    [Symbol.asyncDispose]: () =>
      new Promise(resolve => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

const answer = (response: ServerResponse, status: number, body: unknown) => {
  response.writeHead(status, { 'content-type': 'application/json' }).end(`${JSON.stringify(body)}\n`)
}
