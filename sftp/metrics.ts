import { Counter, Gauge } from 'prom-client'
import { openMetrics } from '../core/operation/metrics.ts'
import type { SftpMetrics } from './ports.ts'

/** What the sftp process counts. */
export function openSftpMetrics() {
  const metrics = openMetrics('sftp')
  return { ...metrics, door: doorMetrics(metrics.registers) }
}

/** What the door tells of itself, as the process's metrics count it. */
function doorMetrics(registers: ReturnType<typeof openMetrics>['registers']): SftpMetrics {
  const open = new Gauge({
    name: 'nightdrop_sftp_connections',
    help: 'SFTP connections that are open',
    registers,
  })
  const logins = new Counter({
    name: 'nightdrop_sftp_auth_total',
    help: 'Logins by SFTP',
    labelNames: ['result', 'reason'],
    registers,
  })
  const bytes = new Counter({
    name: 'nightdrop_upload_bytes_total',
    help: 'Bytes taken from senders',
    registers,
  })
  const uploads = new Counter({
    name: 'nightdrop_uploads_total',
    help: 'Uploads that ended',
    labelNames: ['result'],
    registers,
  })
  return {
    connections: change => open.inc(change),
    authenticated: (result, reason) => logins.inc({ result, reason }),
    received: count => bytes.inc(count),
    uploadEnded: result => uploads.inc({ result }),
  }
}
