import type { Metrics } from '../core/operation/metrics.ts'
import type { SftpMetrics } from './ports.ts'

/** What the door tells of itself, as the process's metrics count it. */
export const sftpMetrics = (metrics: Metrics): SftpMetrics => ({
  connections: change => metrics.sftpConnections.inc(change),
  authenticated: (result, reason) => metrics.sftpAuth.inc({ result, reason }),
  received: bytes => metrics.uploadBytes.inc(bytes),
  uploadEnded: result => metrics.uploads.inc({ result }),
})
