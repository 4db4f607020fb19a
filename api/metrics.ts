import { Counter } from 'prom-client'
import { openMetrics } from '../core/operation/metrics.ts'

/** What the api process counts. */
export function openApiMetrics() {
  const metrics = openMetrics('api')
  const { registers } = metrics
  return {
    ...metrics,
    httpRequests: new Counter({
      name: 'nightdrop_http_requests_total',
      help: 'Requests to the API',
      labelNames: ['route', 'status'],
      registers,
    }),
  }
}

export type ApiMetrics = ReturnType<typeof openApiMetrics>
