import { setTimeout as pause } from 'node:timers/promises'
import { isInForce } from '../core/access/authenticate.ts'
import { issuedTo } from '../core/access/links.ts'
import { TOKENS_CHANNEL } from '../core/access/tokens.ts'
import { IMPORTS_CHANNEL } from '../core/imports/notify.ts'
import { notFound } from '../core/refusal.ts'
import type { Tx } from '../db/db.ts'
import type { Context } from './context.ts'
import { callerOf } from './targets.ts'

/** Between two answers: a few a second at most. */
const SHORTEST_MS = 300
/** Looks again although nobody called: a notification may have been lost with its connection. */
const LONGEST_MS = 15_000

interface State {
  /** Differs when there is something new to tell. */
  mark: string
  last: boolean
}

/**
 * Yields the import's id whenever its state is another one: at once, as it moves, and a last time when it has ended.
 * Nothing is held while it waits. It ends as well when the token is revoked or expires, when the client goes away
 * (`return`) and when the process stops.
 */
export async function watchImport(
  context: Context,
  tenantId: string,
  importId: string,
): Promise<AsyncIterableIterator<string>> {
  if (!(await look(context, tenantId, importId))) throw notFound('This import')
  const over = new AbortController()
  const states = follow(context, tenantId, importId, over.signal)
  const watched: AsyncIterableIterator<string> = {
    next: () => states.next(),
    async return() {
      // A generator that waits hears of `return` only when its waiting ends.
      over.abort()
      return await states.return(undefined)
    },
    [Symbol.asyncIterator]: () => watched,
  }
  return watched
}

async function* follow(
  context: Context,
  tenantId: string,
  importId: string,
  over: AbortSignal,
): AsyncGenerator<string, undefined> {
  const { notifications, ending } = context.services
  const end = AbortSignal.any([over, ending])
  let bell = Promise.withResolvers<void>()
  const ring = () => bell.resolve()
  const stops = [
    notifications.on(IMPORTS_CHANNEL, `${tenantId}:${importId}`, ring),
    notifications.on(TOKENS_CHANNEL, callerOf(context).tokenId, ring),
  ]
  const timer = setInterval(ring, LONGEST_MS)
  end.addEventListener('abort', ring, { once: true })
  try {
    for (let told: string | undefined; !end.aborted; ) {
      bell = Promise.withResolvers()
      const state = await look(context, tenantId, importId)
      if (!state || end.aborted) return
      if (state.mark !== told) {
        told = state.mark
        yield importId
        if (state.last) return
        await pause(SHORTEST_MS, undefined, { signal: end }).catch(() => {})
      }
      if (!end.aborted) await bell.promise
    }
  } finally {
    end.removeEventListener('abort', ring)
    clearInterval(timer)
    for (const stop of stops) stop()
  }
}

/** None when there is no such import, or the caller's token is not in force any more. */
async function look(context: Context, tenantId: string, importId: string): Promise<State | undefined> {
  const caller = callerOf(context)
  const { database, clock } = context.services
  const read = async (tx: Tx) => {
    if (!(await isInForce(tx, issuedTo(caller), clock()))) return undefined
    return await tx.query.imports.findFirst({
      columns: { status: true, setAsideAt: true, failures: true },
      with: { running: { columns: { progress: true } } },
      where: { tenantId, id: importId },
    })
  }
  const row = await (caller.role === 'STAFF' ? database.asStaff(read) : database.asTenant(tenantId, read))
  if (!row) return undefined
  const { status, setAsideAt, failures, running } = row
  const waits = status === 'QUEUED' || status === 'RUNNING' || (status === 'FAILED' && !setAsideAt)
  return { mark: `${status} ${failures} ${running?.progress ?? ''}`, last: !waits }
}
