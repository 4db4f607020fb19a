/** Bytes that come one after the other, and of which a part is wanted, then another that begins no earlier. */
export interface ByteWindow {
  /** From `start` to `end` (exclusive); less only where the bytes end. `start` never goes back. */
  take(start: number, end: number): Promise<Uint8Array>
  close(): Promise<void>
}

/** `begin` is where the first of `pieces` stands. */
export function byteWindow(pieces: AsyncIterable<Uint8Array>, begin: number): ByteWindow {
  const iterator = pieces[Symbol.asyncIterator]()
  let held: Uint8Array[] = []
  let from = begin
  let until = begin

  const forget = (start: number) => {
    for (let [first] = held; first && from + first.length <= start; [first] = held) {
      held.shift()
      from += first.length
    }
  }

  return {
    async take(start, end) {
      forget(start)
      while (until < end) {
        const next = await iterator.next()
        if (next.done === true) break
        held.push(next.value)
        until += next.value.length
        forget(start)
      }
      const stop = Math.min(end, until)
      const answer = new Uint8Array(Math.max(0, stop - start))
      let at = from
      for (const piece of held) {
        const [low, high] = [Math.max(start, at), Math.min(stop, at + piece.length)]
        if (low < high) answer.set(piece.subarray(low - at, high - at), low - start)
        at += piece.length
      }
      return answer
    },
    async close() {
      held = []
      await iterator.return?.()
    },
  }
}
