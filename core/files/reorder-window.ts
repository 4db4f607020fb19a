import { Refusal } from '../refusal.ts'

/**
 * Clients send many WRITEs at once and out of order. What comes before its turn waits here, within `WINDOW_BYTES`
 * from the first byte that is missing; everything else is in order or comes again.
 */
export const WINDOW_BYTES = 4 * 2 ** 20
/** So that a crowd of tiny pieces does not weigh more than the bytes that it carries. */
const MOST_PIECES = 4096

export interface ReorderWindow {
  /** Nothing waits: every byte up to the end has come. */
  readonly empty: boolean
  readonly heldBytes: number
  /** Keeps a piece that begins behind `next`, or refuses it with LIMITED. */
  hold(offset: number, bytes: Buffer, next: number): void
  /** A piece that begins at `next` or before, taken out. */
  take(next: number): { offset: number; bytes: Buffer } | undefined
  /** Where the first piece that waits begins. */
  first(): number | undefined
  clear(): void
}

export const createReorderWindow = (): ReorderWindow => {
  let pieces: { offset: number; bytes: Buffer }[] = []
  let heldBytes = 0
  return {
    get empty() {
      return pieces.length === 0
    },
    get heldBytes() {
      return heldBytes
    },
    hold(offset, bytes, next) {
      const far = offset + bytes.length - next > WINDOW_BYTES
      if (far || pieces.length >= MOST_PIECES || heldBytes + bytes.length > WINDOW_BYTES) {
        const words = `Byte ${next} has not come yet and this write begins at ${offset}: at most 4 MiB may come ahead of their turn.`
        throw new Refusal('LIMITED', words)
      }
      pieces.splice(pieces.findLastIndex(piece => piece.offset <= offset) + 1, 0, { offset, bytes })
      heldBytes += bytes.length
    },
    take(next) {
      const [piece] = pieces
      if (piece === undefined || piece.offset > next) return undefined
      pieces.shift()
      heldBytes -= piece.bytes.length
      return piece
    },
    first: () => pieces[0]?.offset,
    clear() {
      pieces = []
      heldBytes = 0
    },
  }
}
