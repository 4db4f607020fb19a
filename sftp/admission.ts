import type { SftpLimits } from './limits.ts'
import type { EndedEarly } from './refusal-reasons.ts'
import { crowded, full } from './refusal-reasons.ts'

/** A place among the connections that have not logged in; given back once, by logging in or leaving. */
export interface Place {
  loggedIn(): void
  leave(): void
}

/**
 * Who may stand in the door. Connections that have not logged in cost a handshake each, so they are few, and few
 * from one address; those that logged in are limited by their account and by the process as a whole.
 */
export class Admission {
  readonly #limits: SftpLimits
  readonly #waiting = new Map<string, number>()
  #waitingInAll = 0
  #all = 0

  constructor(limits: SftpLimits) {
    this.#limits = limits
  }

  enter(address: string): Place | EndedEarly {
    const here = this.#waiting.get(address) ?? 0
    if (this.#all >= this.#limits.connections) return full
    if (here >= this.#limits.unauthenticatedPerAddress) return crowded('from this address')
    if (this.#waitingInAll >= this.#limits.unauthenticated) return crowded('from all addresses')
    this.#all += 1
    this.#waitingInAll += 1
    this.#waiting.set(address, here + 1)
    let waits = true
    let inside = true
    const loggedIn = () => {
      if (!waits) return
      waits = false
      this.#waitingInAll -= 1
      const left = (this.#waiting.get(address) ?? 1) - 1
      if (left > 0) this.#waiting.set(address, left)
      else this.#waiting.delete(address)
    }
    const leave = () => {
      if (!inside) return
      inside = false
      loggedIn()
      this.#all -= 1
    }
    return { loggedIn, leave }
  }
}

/**
 * Strangers who never said a word are many and alike (health checks, scans, floods): one record for an address and a
 * reason each minute, with how many there were, keeps the record readable and the database out of a flood's reach.
 */
export class StrangerTally {
  readonly #seen = new Map<string, { at: number; more: number }>()

  /** The words to put on record now, or undefined when this one is only counted. */
  count(address: string, words: string, now: number): string | undefined {
    const key = `${address} ${words}`
    const last = this.#seen.get(key)
    if (last && now - last.at < 60_000) {
      last.more += 1
      return undefined
    }
    this.#seen.delete(key)
    const oldest = this.#seen.keys().next()
    if (this.#seen.size >= 1_000 && !oldest.done) this.#seen.delete(oldest.value)
    this.#seen.set(key, { at: now, more: 0 })
    return last && last.more > 0 ? `${words} (${last.more} more like it since the last record.)` : words
  }
}
