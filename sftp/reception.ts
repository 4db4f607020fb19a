import type { Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { Admission, StrangerTally } from './admission.ts'
import type { EndedEarly } from './refusal-reasons.ts'
import type { VisitOptions } from './visit.ts'
import { Visit } from './visit.ts'

/** Lets connections in or turns them away, and knows who is there. */
export interface Reception {
  /** False when the connection was turned away: that is on record then. */
  receive(socket: Socket): boolean
  visitOf(socket: Socket): Visit | undefined
  /** Connections that are open now, logged in or not. */
  readonly visits: number
  /** Ends everybody, as soon as nobody's upload is under way, or when the time is over. */
  endAll(graceMs: number): Promise<void>
}

export const openReception = (
  options: Pick<VisitOptions, 'authenticator' | 'limits' | 'log' | 'metrics'>,
): Reception => {
  const { authenticator, limits, log, metrics } = options
  const admission = new Admission(limits)
  const strangers = new StrangerTally()
  const perAccount = new Map<string, number>()
  const visits = new Map<Socket, Visit>()

  const recordStranger = async (address: string, why: EndedEarly, client: string | null) => {
    metrics?.authenticated('refused', why.reason)
    const at = new Date()
    const reason = strangers.count(address, why.words, at.getTime())
    if (reason !== undefined)
      await authenticator.recordAttempt({ username: null, address, client, reason, at })
  }

  const turnAway = (socket: Socket, address: string, why: EndedEarly) => {
    socket.on('error', () => {}).destroy()
    recordStranger(address, why, null).catch(error =>
      log.error({ err: error }, 'a refusal could not be recorded'),
    )
  }

  return {
    receive(socket) {
      const address = socket.remoteAddress?.replace(/^::ffff:/, '')
      if (address === undefined) {
        socket.destroy()
        return false
      }
      const place = admission.enter(address)
      if ('words' in place) {
        turnAway(socket, address, place)
        return false
      }
      const stranger = (why: EndedEarly, client: string | null) => recordStranger(address, why, client)
      const visit = new Visit({ ...options, socket, address, place, perAccount, stranger })
      visits.set(socket, visit)
      metrics?.connections(1)
      void visit.ended.finally(() => {
        visits.delete(socket)
        metrics?.connections(-1)
      })
      return true
    },
    visitOf: socket => visits.get(socket),
    get visits() {
      return visits.size
    },
    async endAll(graceMs) {
      const until = performance.now() + graceMs
      await Promise.all([...visits.values()].map(visit => endWhenDone(visit, until)))
    },
  }
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
