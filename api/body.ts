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

/** Throws TooLarge when a request says itself that it is: nothing of it has to be read then. */
export function requireWithin(request: Request, most: number): void {
  if (Number(request.headers.get('content-length') ?? 0) > most) throw new TooLarge(most)
}

/** The pieces of a body as they come; TooLarge once there is one byte too many, whatever was promised. */
export async function* piecesWithin(
  request: Request,
  most: number,
): AsyncGenerator<Uint8Array, void, undefined> {
  requireWithin(request, most)
  let bytes = 0
  for await (const piece of request.body ?? []) {
    bytes += piece.byteLength
    if (bytes > most) throw new TooLarge(most)
    yield piece
  }
}

/** A small body, whole. */
export const readWithin = async (request: Request, most: number): Promise<Buffer> =>
  Buffer.concat(await Array.fromAsync(piecesWithin(request, most)))
