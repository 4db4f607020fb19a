/** Nothing more came of a body, for as long as is waited for it. */
export class Silence extends Error {
  override readonly name = 'Silence'
}

/** How long a body that is read may be silent. */
const SILENCE_MS = 10_000

/**
 * The pieces of a body, while they come: Silence when none does for too long. Only waiting for the next one counts, not
 * what its reader does in between. A body that fell silent stays locked: what is still waited for cannot be called off.
 */
export async function* unlessSilent(
  pieces: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array, void, undefined> {
  const iterator = pieces[Symbol.asyncIterator]()
  let waiting = false
  try {
    for (;;) {
      waiting = true
      const next = await within(iterator.next(), SILENCE_MS)
      waiting = false
      if (next.done) return
      yield next.value
    }
  } finally {
    if (!waiting) await iterator.return?.()
  }
}

async function within<T>(promise: Promise<T>, ms: number): Promise<T> {
  const late = Promise.withResolvers<never>()
  const timer = setTimeout(() => late.reject(new Silence(`nothing came for ${ms} ms`)), ms)
  // The connection may break later, when nobody listens any more.
  promise.catch(() => {})
  try {
    return await Promise.race([promise, late.promise])
  } finally {
    clearTimeout(timer)
  }
}
