import { Refusal } from '../../refusal.ts'

/** Lets some work at a time be done, and some wait for it. */
export interface Turns {
  /** LIMITED where too many wait already, of this owner or of all. */
  take<T>(owner: string, work: () => Promise<T>): Promise<T>
}

export interface TurnLimits {
  atOnce: number
  /** Under way or waiting, of one owner and of all. */
  ofOne: number
  ofAll: number
}

export function createTurns({ atOnce, ofOne, ofAll }: TurnLimits): Turns {
  const owners = new Map<string, number>()
  const waiting: (() => void)[] = []
  let running = 0
  let all = 0
  const enter = (owner: string) => {
    const own = owners.get(owner) ?? 0
    if (own >= ofOne || all >= ofAll)
      throw new Refusal('LIMITED', 'Too many RSA keys are being made: try again, or take an Ed25519 key.', {
        retryAfterSeconds: 10,
      })
    owners.set(owner, own + 1)
    all += 1
  }
  const leave = (owner: string) => {
    const own = (owners.get(owner) ?? 0) - 1
    if (own > 0) owners.set(owner, own)
    else owners.delete(owner)
    all -= 1
  }
  const begin = () => {
    if (running >= atOnce) return new Promise<void>(resolve => waiting.push(resolve))
    running += 1
    return Promise.resolve()
  }
  /** The place of one that ends is the next one's at once. */
  const end = () => {
    const next = waiting.shift()
    if (next) next()
    else running -= 1
  }
  return {
    async take(owner, work) {
      enter(owner)
      try {
        await begin()
        try {
          return await work()
        } finally {
          end()
        }
      } finally {
        leave(owner)
      }
    },
  }
}

/**
 * Of the process: an RSA key takes one of Node's four threads for seconds, and files, DNS and the readiness of the
 * process wait for the same ones.
 */
export const rsaTurns = createTurns({ atOnce: 2, ofOne: 4, ofAll: 10 })
