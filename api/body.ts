import { unlessSilent } from './silence.ts'

/** A body has more bytes than are read of it. */
export class TooLarge extends Error {
  override readonly name = 'TooLarge'
  /** The limit, in bytes. */
  readonly most: number

  constructor(most: number) {
    super(`more than ${most} bytes`)
    this.most = most
  }
}

/**
 * The pieces of a body as they come. TooLarge at once when the request says itself that it is, and as soon as there is
 * one byte too many, whatever was promised. The rest is left where it is: to cancel it would break the connection, and
 * the client would never hear why.
 */
export async function* piecesWithin(
  request: Request,
  most: number,
): AsyncGenerator<Uint8Array, void, undefined> {
  if (Number(request.headers.get('content-length') ?? 0) > most) throw new TooLarge(most)
  let bytes = 0
  for await (const piece of piecesOf(request)) {
    bytes += piece.byteLength
    if (bytes > most) throw new TooLarge(most)
    yield piece
  }
}

/** A small body, whole. */
export const readWithin = async (request: Request, most: number): Promise<Buffer> =>
  Buffer.concat(await Array.fromAsync(piecesWithin(request, most)))

const LINGER_BYTES = 64 * 2 ** 20
const LINGER_MS = 60_000

/** Takes what is left of a refused body while it comes, within reason: many clients read no answer before all is sent. */
export async function linger(request: Request): Promise<void> {
  const until = Date.now() + LINGER_MS
  let bytes = 0
  try {
    for await (const piece of unlessSilent(piecesOf(request))) {
      bytes += piece.byteLength
      if (bytes > LINGER_BYTES || Date.now() > until) return
    }
  } catch {
    // Whoever fell silent or is gone sends no more.
  }
}

const piecesOf = (request: Request): AsyncIterable<Uint8Array> =>
  request.body?.values({ preventCancel: true }) ?? nothing

const nothing: AsyncIterable<Uint8Array> = { async *[Symbol.asyncIterator]() {} }
