import type { Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Logger } from 'pino'
import type { Place } from './admission.ts'
import { SshByteChannel } from './channel.ts'
import type { SftpLimits } from './limits.ts'
import { LoginGate } from './login.ts'
import type { Authenticator, ConnectionRecord, LoggedIn, SftpMetrics } from './ports.ts'
import type { EndedEarly } from './refusal-reasons.ts'
import * as reasons from './refusal-reasons.ts'
import { Rekeying } from './rekeying.ts'
import { SftpSession } from './session/session.ts'
import type { SftpStream, SshConnection } from './ssh.ts'
import { endStream } from './ssh.ts'

const LAST_PATIENCE_MS = 30_000
const LEFT = 'The client left while it logged in.'

/** Who is in, and on record. */
interface Member {
  login: LoggedIn
  connection: ConnectionRecord
  log: Logger
}

export interface VisitOptions {
  socket: Socket
  address: string
  place: Place
  authenticator: Authenticator
  /** Connections of each account on this process; shared by all visits. */
  perAccount: Map<string, number>
  limits: SftpLimits
  log: Logger
  metrics: SftpMetrics | undefined
  /** A stranger's end: recorded once a minute for each address and reason. */
  stranger(why: EndedEarly, client: string | null): Promise<void>
}

/**
 * One TCP connection from its first to its last moment, and the one who sees to it that it ends on record.
 *
 *   SILENT     connected, no SSH greeting yet                  ends on record as a stranger's
 *   GREETED    an SSH client, trying to log in                 ends on record as a refused attempt, with its user name
 *   LOGGED_IN  sessions may open; `member` is set              ends on record as the account's connection
 *   ENDED      the socket is closed, uploads are aborted, the record is written
 *
 * A timer ends SILENT and GREETED after the login grace; LOGGED_IN ends when idle, when its key or account is let in no
 * more, by `end`, or with the client.
 */
export class Visit {
  readonly ended: Promise<void>
  readonly #options: VisitOptions
  readonly #grace: NodeJS.Timeout
  readonly #idle: NodeJS.Timeout
  readonly #recheck: NodeJS.Timeout
  readonly #tally = { bytesReceived: 0, files: 0 }
  readonly #sessions = new Map<SftpSession, { channel: SshByteChannel; run: Promise<void> }>()
  #ssh: SshConnection | undefined
  #gate: LoginGate | undefined
  #member: Member | undefined
  #beginning: Promise<Member> | undefined
  #why: EndedEarly | undefined
  /** Why it was cut, from either side; without it the last session's own end stands. */
  #endReason: string | undefined
  #sessionEnd: string | undefined
  #closed = false
  #looking = false
  #activeAt = Date.now()

  constructor(options: VisitOptions) {
    this.#options = options
    const { socket, limits } = options
    this.ended = new Promise(resolve => {
      socket.once('close', () => {
        this.#closed = true
        void this.#finish().finally(resolve)
      })
    })
    this.#grace = setTimeout(() => this.#giveUp(reasons.graceOver(limits.loginGraceMs)), limits.loginGraceMs)
    this.#idle = setInterval(() => void this.#lookIdle(), Math.min(limits.idleMs / 4, 30_000)).unref()
    this.#recheck = setInterval(() => void this.#lookWelcome(), limits.recheckMs).unref()
  }

  /** Uploads and answers under way. */
  get unfinished(): number {
    return [...this.#sessions.keys()].reduce((sum, session) => sum + session.unfinished, 0)
  }

  greeted(ssh: SshConnection): void {
    this.#ssh = ssh
    const { authenticator, address, limits, log } = this.#options
    const gate = new LoginGate({
      authenticator,
      address,
      client: ssh.client,
      limits,
      log,
      admit: login => this.#admit(login),
      giveUp: why => this.#giveUp(why),
    })
    this.#gate = gate
    const rekeying = new Rekeying(ssh, limits, () => void this.end('The client did not answer to new keys.'))
    ssh.on('login', request => void gate.answer(request))
    ssh.on('sftp', open => this.#open(ssh, rekeying, open))
    ssh.on('failed', failure => {
      if (this.#member) this.#endReason ??= reasons.endFromSshFailure(failure)
      else this.#why ??= reasons.fromSshFailure(failure)
    })
  }

  /** Aborts what is open, says goodbye, and resolves once all is on record. */
  async end(reason: string): Promise<void> {
    this.#endReason ??= reason
    this.#why ??= reasons.stopping
    await Promise.all([...this.#sessions.keys()].map(session => session.stop(reason)))
    this.#hangUp()
    await this.ended
  }

  #hangUp(): void {
    const { socket } = this.#options
    this.#ssh?.end()
    if (this.#ssh) setTimeout(() => socket.destroy(), 500).unref()
    else socket.destroy()
  }

  #giveUp(why: EndedEarly): void {
    this.#why ??= why
    this.#hangUp()
  }

  async #admit(login: LoggedIn): Promise<true | string> {
    const { perAccount, place, metrics, log } = this.#options
    if (this.#closed || this.#why) return LEFT
    const others = perAccount.get(login.account.id) ?? 0
    if (others >= login.connections) return reasons.tooManyConnections(login.connections)
    perAccount.set(login.account.id, others + 1)
    const { tenantId } = login.account
    const begun = login.begin().then(
      connection => ({ login, connection, log: log.child({ connectionId: connection.id, tenantId }) }),
      (error: unknown) => {
        this.#leaveAccount(login)
        throw error
      },
    )
    this.#beginning = begun
    this.#member = await begun
    if (this.#closed) return LEFT
    this.#activeAt = Date.now()
    clearTimeout(this.#grace)
    place.loggedIn()
    metrics?.authenticated('accepted', 'key')
    this.#member.log.info('sftp login')
    return true
  }

  #leaveAccount({ account }: LoggedIn): void {
    const { perAccount } = this.#options
    const left = (perAccount.get(account.id) ?? 1) - 1
    if (left > 0) perAccount.set(account.id, left)
    else perAccount.delete(account.id)
  }

  #open(ssh: SshConnection, rekeying: Rekeying, accept: () => SftpStream | undefined): void {
    const member = this.#member
    if (!member || this.#closed || this.#endReason !== undefined) return
    const stream = accept()
    if (!stream) return
    const channel = new SshByteChannel(stream, {
      socket: ssh.socket,
      settled: () => rekeying.settled,
      moved: () => rekeying.look(),
      overrun: () => {
        this.#endReason ??= 'The client sent more than its window allows.'
        ssh.socket.destroy()
      },
    })
    const session = new SftpSession({
      channel,
      login: member.login,
      tally: this.#tally,
      metrics: this.#options.metrics,
      log: member.log,
    })
    this.#sessions.set(session, { channel, run: this.#host(session, channel, stream) })
  }

  async #host(session: SftpSession, channel: SshByteChannel, stream: SftpStream): Promise<void> {
    this.#sessionEnd = await session.run()
    this.#sessions.delete(session)
    this.#activeAt = Date.now()
    channel.discard()
    endStream(stream)
  }

  async #lookIdle(): Promise<void> {
    if (!this.#member) return
    const since = Date.now() - this.#options.limits.idleMs
    const sessions = [...this.#sessions.keys()]
    const active = Math.max(this.#activeAt, ...sessions.map(session => session.idleSince))
    if (active < since) {
      await this.end(`Nothing was asked for ${Math.round(this.#options.limits.idleMs / 60_000)} minutes.`)
    } else await Promise.all(sessions.map(session => session.reap(since)))
  }

  async #lookWelcome(): Promise<void> {
    if (!this.#member || this.#looking) return
    this.#looking = true
    try {
      const verdict = await this.#member.login.stillWelcome()
      if (!verdict.accepted) await this.end(verdict.reason)
    } catch (error) {
      this.#member.log.warn({ err: error }, 'an account could not be looked at again')
    } finally {
      this.#looking = false
    }
  }

  async #finish(): Promise<void> {
    clearTimeout(this.#grace)
    clearInterval(this.#idle)
    clearInterval(this.#recheck)
    this.#options.place.leave()
    try {
      const member = await this.#beginning?.catch(() => undefined)
      if (member) await this.#finishAccount(member)
      else await this.#finishStranger()
    } catch (error) {
      this.#options.log.error({ err: error }, 'the end of a connection could not be recorded')
    }
  }

  async #finishAccount({ login, connection, log }: Member): Promise<void> {
    this.#leaveAccount(login)
    if (this.#sessions.size > 0) await this.#cutSessions(this.#endReason ?? 'The connection was lost.')
    const reason = this.#endReason ?? this.#sessionEnd ?? 'The client left without opening an SFTP session.'
    await this.#options.authenticator.recordEnd(connection, { reason, ...this.#tally, at: new Date() })
    log.info(this.#tally, 'sftp connection ended')
  }

  /** A CLOSE under way still counts; what does not come back at all must not keep the end off the record. */
  async #cutSessions(why: string): Promise<void> {
    const patience = new AbortController()
    const { signal } = patience
    const cut = [...this.#sessions].map(async ([session, { channel, run }]) => {
      const stopped = session.stop(why)
      channel.discard()
      await stopped
      await run
    })
    const all = Promise.all(cut).finally(() => patience.abort())
    await Promise.race([all, sleep(LAST_PATIENCE_MS, undefined, { signal }).catch(() => {})])
    this.#endReason ??= why
  }

  async #finishStranger(): Promise<void> {
    const { authenticator, address, socket, metrics } = this.#options
    const username = this.#gate?.username ?? null
    const tried =
      this.#why?.reason === 'gave_up' ? (this.#gate?.last ?? this.#why) : (this.#why ?? this.#gate?.last)
    const untried = this.#ssh ? reasons.gaveUp : socket.bytesRead > 0 ? reasons.notSsh : reasons.silent
    const why = tried ?? untried
    if (username === null) {
      await this.#options.stranger(why, this.#ssh?.client ?? null)
      return
    }
    metrics?.authenticated('refused', why.reason)
    await authenticator.recordAttempt({
      username,
      address,
      client: this.#ssh?.client ?? null,
      reason: why.words,
      at: new Date(),
    })
  }
}
