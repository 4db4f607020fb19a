import type { Server } from 'node:net'
import { createServer } from 'node:net'
import type { Logger } from 'pino'
import { algorithmOffer } from './algorithms.ts'
import type { HostKey } from './host-keys.ts'
import type { SftpLimits } from './limits.ts'
import { defaultLimits } from './limits.ts'
import type { Authenticator, SftpMetrics } from './ports.ts'
import { openReception } from './reception.ts'
import { nativeCryptoLoaded, sshEndpoint } from './ssh.ts'

/**
 * The room of customers' uploads: SSH by ssh2 (ssh.ts alone knows it), SFTP version 3 by our own codec over its plain
 * channel. A connection is a Visit; a channel of it is a session; a session answers requests/ one by one and knows
 * files only as core's FileTree.
 */
export interface SftpServerOptions {
  host: string
  /** 0 picks a free one. */
  port: number
  hostKeys: readonly HostKey[]
  authenticator: Authenticator
  limits?: Partial<SftpLimits>
  log: Logger
  metrics?: SftpMetrics
  /** Only what an auditor wants to see; old clients cannot connect. */
  strict?: boolean
  /** Closes the server with no time for open uploads. */
  signal?: AbortSignal
}

export interface SftpServer {
  port: number
  /** `SHA256:…` of each host key, by its type. */
  fingerprints: { type: string; fingerprint: string }[]
  /** Connections that are open now, logged in or not. */
  connections(): number
  /** Takes no more connections, gives uploads that are under way so long, then aborts them. */
  close(graceMs: number): Promise<void>
}

/** Rejects with Node's own error (EADDRINUSE and the like) when the port cannot be had. */
export async function startSftpServer(options: SftpServerOptions): Promise<SftpServer> {
  const { authenticator, log, metrics } = options
  const limits = { ...defaultLimits, ...options.limits }
  const reception = openReception({ authenticator, limits, log, metrics })
  const endpoint = sshEndpoint({
    hostKeys: options.hostKeys.map(key => key.privateKey),
    algorithms: algorithmOffer(options.strict ?? false),
    keepaliveMs: limits.keepaliveMs,
    keepaliveCount: limits.keepaliveCount,
    sessionsPerConnection: limits.sessionsPerConnection,
    onConnection: connection => reception.visitOf(connection.socket)?.greeted(connection),
  })
  const server = createServer({ noDelay: true }, socket => {
    if (reception.receive(socket)) endpoint.take(socket)
  })
  const port = await listen(server, options)
  server.on('error', error => log.error({ err: error }, 'the sftp port failed'))

  let closing: Promise<void> | undefined
  const close = (graceMs: number) => {
    if (!closing) {
      server.close()
      closing = reception.endAll(graceMs)
    }
    return closing
  }
  options.signal?.addEventListener('abort', () => void close(0), { once: true })

  const fingerprints = options.hostKeys.map(({ type, fingerprint }) => ({ type, fingerprint }))
  log.info(
    { port, fingerprints, nativeCrypto: nativeCryptoLoaded(), strict: options.strict ?? false },
    'sftp listens',
  )
  return { port, fingerprints, connections: () => reception.visits, close }
}

async function listen(server: Server, { host, port }: SftpServerOptions): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, resolve)
  })
  const bound = server.address()
  return typeof bound === 'object' && bound ? bound.port : port
}
