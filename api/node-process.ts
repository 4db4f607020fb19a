import { createServer } from 'node:http'
import { setTimeout as pause } from 'node:timers/promises'
import { listen } from '../core/operation/listen.ts'
import type { Running } from '../core/operation/run-process.ts'
import { startStatusServer } from '../core/operation/status-server.ts'
import { type ApiConfig, composeApi, type Overrides } from './compose.ts'
import { openApiMetrics } from './metrics.ts'
import { nodeListener } from './node-listener.ts'

/** The whole api process on Node: the handler on its port, metrics on theirs, and an end within bounded time. */
export async function startApi(config: ApiConfig, overrides: Overrides = {}): Promise<Running> {
  const metrics = openApiMetrics()
  const parts = new AsyncDisposableStack()
  try {
    const api = parts.use(await composeApi(config, metrics, overrides))
    const { log } = api
    const server = createServer(
      nodeListener(api.handler, error => log.error({ err: error }, 'an answer broke off')),
    )
    const port = await listen(server, { host: config.API_HOST, port: config.API_PORT, variable: 'API_PORT' })
    parts.defer(() => server.closeAllConnections())
    const url = `http://${config.API_HOST}:${port}`
    api.answersAt(url)
    const status = parts.use(
      await startStatusServer({
        host: config.METRICS_HOST,
        port: config.METRICS_PORT,
        variable: 'METRICS_PORT',
        registry: metrics.registry,
        checks: api.checks,
      }),
    )
    return {
      lost: api.lost,
      addresses: { api: `${url}/graphql`, status: `http://${config.METRICS_HOST}:${status.port}` },
      async close() {
        status.drain()
        api.drain()
        const closed = new Promise<void>(resolve => server.close(() => resolve()))
        const late = new AbortController()
        await Promise.race([
          closed,
          pause(config.SHUTDOWN_SECONDS * 1_000, undefined, { signal: late.signal }).catch(() => {}),
        ])
        late.abort()
        await parts.disposeAsync()
      },
    }
  } catch (error) {
    await parts.disposeAsync()
    throw error
  }
}
