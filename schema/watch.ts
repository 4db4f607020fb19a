import { setTimeout as pause } from 'node:timers/promises'
import { isInForce } from '../core/access/authenticate.ts'
import { issuedTo } from '../core/access/links.ts'
import { TOKENS_CHANNEL } from '../core/access/tokens.ts'
import type { Tx } from '../db/db.ts'
import type { Context } from './context.ts'
import { openStream } from './open-streams.ts'
import { callerOf } from './targets.ts'

/** Between two looks: a few a second at most. */
const SHORTEST_MS = 300
/** Looks again although nobody called: a notification may have been lost with its connection. A revoked token ends within this. */
const LONGEST_MS = 3_000
/** Whoever asked for a stream and has not begun to read it by then is gone. */
const UNREAD_MS = 5_000

/** What a stream is about. */
export interface Watched {
  channel: string
  /** `a:b`, or `a` for everything below it. */
  payload: string
  /**
   * Ids of what there is to tell now. `called` are the payloads that were heard since the last look; `all` when what
   * was not heard must be looked for as well.
   */
  look: (tx: Tx, called: readonly string[], all: boolean) => Promise<{ ids: string[]; last: boolean }>
}

/**
 * Yields ids whenever there is something to tell of them, at once and as they move. Nothing is held while it waits. It
 * ends with the last thing there is to tell, when the token is revoked or expires, when the client goes away (`return`)
 * and when the process stops. LIMITED when the token has too many open.
 */
export function watch(context: Context, watched: Watched): AsyncIterableIterator<string> {
  const over = new AbortController()
  const close = openStream(callerOf(context).tokenId)
  const states = follow(context, watched, over.signal, close)
  const iterator: AsyncIterableIterator<string> = {
    next() {
      clearTimeout(unread)
      return states.next()
    },
    async return() {
      clearTimeout(unread)
      // A generator that waits hears of `return` only when its waiting ends; one that never began ends without a word.
      over.abort()
      const last = await states.return(undefined)
      close()
      return last
    },
    [Symbol.asyncIterator]: () => iterator,
  }
  const unread = setTimeout(() => {
    over.abort()
    close()
  }, UNREAD_MS)
  return iterator
}

async function* follow(
  context: Context,
  { channel, payload, look }: Watched,
  over: AbortSignal,
  close: () => void,
): AsyncGenerator<string, undefined> {
  const { notifications, ending } = context.services
  const end = AbortSignal.any([over, ending])
  const called = new Set<string>()
  let all = true
  let bell = Promise.withResolvers<void>()
  const ring = () => bell.resolve()
  const ringForAll = () => {
    all = true
    ring()
  }
  const hear = (heard: string | undefined) => {
    if (heard === undefined) return ringForAll()
    called.add(heard)
    ring()
  }
  const stops = [
    notifications.on(channel, payload, hear),
    notifications.on(TOKENS_CHANNEL, callerOf(context).tokenId, ring),
  ]
  const timer = setInterval(ringForAll, LONGEST_MS)
  end.addEventListener('abort', ring, { once: true })
  try {
    while (!end.aborted) {
      bell = Promise.withResolvers()
      const asked = { called: [...called], all }
      called.clear()
      all = false
      const seen = await readInForce(context, tx => look(tx, asked.called, asked.all))
      if (!seen) return
      for (const id of seen.ids) {
        if (end.aborted) return
        yield id
      }
      if (seen.last) return
      if (seen.ids.length > 0) await pause(SHORTEST_MS, undefined, { signal: end }).catch(() => {})
      if (!end.aborted) await bell.promise
    }
  } finally {
    end.removeEventListener('abort', ring)
    clearInterval(timer)
    for (const stop of stops) stop()
    close()
  }
}

/** Reads as the caller; nothing when the caller's token is not in force any more. */
export async function readInForce<T>(context: Context, read: (tx: Tx) => Promise<T>): Promise<T | undefined> {
  const caller = callerOf(context)
  const { database, clock } = context.services
  const look = async (tx: Tx) =>
    (await isInForce(tx, issuedTo(caller), clock())) ? await read(tx) : undefined
  return await (caller.role === 'STAFF' ? database.asStaff(look) : database.asTenant(caller.tenantId, look))
}
