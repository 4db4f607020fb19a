/**
 * Pieces as a stream: one for each pull, so that nothing is read before it is wanted. `first` is what was taken of them
 * already. Cancelling the stream ends them.
 */
export const pulled = (
  pieces: AsyncGenerator<Uint8Array, void, undefined>,
  first?: IteratorResult<Uint8Array, void>,
): ReadableStream<Uint8Array> => {
  let taken = first
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        let next = taken ?? (await pieces.next())
        taken = undefined
        while (next.done !== true && next.value.length === 0) next = await pieces.next()
        if (next.done === true) controller.close()
        else controller.enqueue(next.value)
      },
      async cancel() {
        await pieces.return()
      },
    },
    { highWaterMark: 0 },
  )
}
