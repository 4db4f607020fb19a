import { Refusal } from '../core/refusal.ts'

/** Streams that one token may have open in one process: each is a connection, and looks at the database now and then. */
export const MOST_STREAMS = 20

const open = new Map<string, number>()

/** Counts one more stream of a token, until the function that it answers is called; LIMITED when it has them all. */
export function openStream(tokenId: string): () => void {
  const before = open.get(tokenId) ?? 0
  if (before >= MOST_STREAMS)
    throw new Refusal(
      'LIMITED',
      `This token has ${MOST_STREAMS} streams open: end one first, or take one that tells all imports.`,
    )
  open.set(tokenId, before + 1)
  let closed = false
  return () => {
    if (closed) return
    closed = true
    const left = (open.get(tokenId) ?? 0) - 1
    if (left > 0) open.set(tokenId, left)
    else open.delete(tokenId)
  }
}
