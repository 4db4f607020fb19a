import type { Socket } from 'node:net'
import { createServer } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Logger } from 'pino'
import { Admission, StrangerTally } from './admission.ts'
import { algorithmOffer } from './algorithms.ts'
import type { HostKey } from './host-keys.ts'
import type { SftpLimits } from './limits.ts'
import { defaultLimits } from './limits.ts'
import type { Authenticator, SftpMetrics } from './ports.ts'
import type { EndedEarly } from './refusal-reasons.ts'
import { nativeCryptoLoaded, sshEndpoint } from './ssh.ts'
import { Visit } from './visit.ts'

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
  const admission = new Admission(limits)
  const strangers = new StrangerTally()
  const perAccount = new Map<string, number>()
  const visits = new Map<Socket, Visit>()

  const endpoint = sshEndpoint({
    hostKeys: options.hostKeys.map(key => key.privateKey),
    algorithms: algorithmOffer(options.strict ?? false),
    keepaliveMs: limits.keepaliveMs,
    keepaliveCount: limits.keepaliveCount,
    sessionsPerConnection: limits.sessionsPerConnection,
    onConnection: connection => visits.get(connection.socket)?.greeted(connection),
  })

  const recordStranger = async (address: string, why: EndedEarly, client: string | null) => {
    metrics?.authenticated('refused', why.reason)
    const at = new Date()
    const reason = strangers.count(address, why.words, at.getTime())
    if (reason !== undefined)
      await authenticator.recordAttempt({ username: null, address, client, reason, at })
  }

  const server = createServer({ noDelay: true }, socket => {
    const address = socket.remoteAddress?.replace(/^::ffff:/, '')
    if (address === undefined) {
      socket.destroy()
      return
    }
    const place = admission.enter(address)
    if ('words' in place) {
      socket.on('error', () => {}).destroy()
      recordStranger(address, place, null).catch(error =>
        log.error({ err: error }, 'a refusal could not be recorded'),
      )
      return
    }
    const stranger = (why: EndedEarly, client: string | null) => recordStranger(address, why, client)
    const visit = new Visit({
      socket,
      address,
      place,
      authenticator,
      perAccount,
      limits,
      log,
      metrics,
      stranger,
    })
    visits.set(socket, visit)
    metrics?.connections(1)
    void visit.ended.finally(() => {
      visits.delete(socket)
      metrics?.connections(-1)
    })
    endpoint.take(socket)
  })

  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(options.port, options.host, resolve)
  })
  server.on('error', error => log.error({ err: error }, 'the sftp port failed'))

  let closing: Promise<void> | undefined
  const close = async (graceMs: number) => {
    server.close()
    const until = performance.now() + graceMs
    const ended = [...visits.values()].map(visit => endWhenDone(visit, until))
    await Promise.all(ended)
  }
  const closeOnce = (graceMs: number) => {
    closing ??= close(graceMs)
    return closing
  }
  options.signal?.addEventListener('abort', () => void closeOnce(0), { once: true })

  const bound = server.address()
  const port = typeof bound === 'object' && bound ? bound.port : options.port
  const fingerprints = options.hostKeys.map(({ type, fingerprint }) => ({ type, fingerprint }))
  log.info(
    { port, fingerprints, nativeCrypto: nativeCryptoLoaded(), strict: options.strict ?? false },
    'sftp listens',
  )
  return { port, fingerprints, connections: () => visits.size, close: closeOnce }
}

/** An upload that cannot even be aborted must not keep the process alive. */
const LAST_PATIENCE_MS = 5_000

async function endWhenDone(visit: Visit, until: number): Promise<void> {
  while (visit.unfinished > 0 && performance.now() < until) await sleep(50)
  const patience = new AbortController()
  const { signal } = patience
  const ended = visit
    .end('The server stopped before the file was whole; send it again.')
    .finally(() => patience.abort())
  await Promise.race([ended, sleep(LAST_PATIENCE_MS, undefined, { signal }).catch(() => {})])
}
