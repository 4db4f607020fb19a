/** A body that reserves memory takes no longer than this, however steadily it trickles. */
export class TooSlow extends Error {
  override readonly name = 'TooSlow'
}

/** As many bytes as any request may have, with files or without: they are read before memory is reserved. */
const FREE_BYTES = 1_048_576

/** What an HTTP server of Node's gives a whole request. */
const MOST_MS = 300_000

/** Reserves memory once a body shows that it is a large one: what was only promised takes none from others. */
export async function* admitted(
  pieces: AsyncIterable<Uint8Array>,
  reserve: () => Promise<void>,
): AsyncGenerator<Uint8Array, void, undefined> {
  let bytes = 0
  let until: number | undefined
  for await (const piece of pieces) {
    bytes += piece.byteLength
    if (until !== undefined && Date.now() > until) throw new TooSlow(`more than ${MOST_MS} ms`)
    if (until === undefined && bytes > FREE_BYTES) {
      await reserve()
      until = Date.now() + MOST_MS
    }
    yield piece
  }
}
