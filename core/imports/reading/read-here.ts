import type { ColumnTemplate } from '../../templates/template.ts'
import { FileRefused } from '../problem.ts'
import type { Reading, ReadOptions } from './chunk.ts'
import { contactFileReader, SLICE_BYTES } from './contact-file-reader.ts'

/** Reads in the thread of the caller: for small files, of which a night may bring thousands. */
export async function* readHere(
  source: AsyncIterable<Uint8Array>,
  template: ColumnTemplate,
  options: ReadOptions,
): AsyncGenerator<Reading, void, undefined> {
  let ready: Reading[] = []
  const reader = contactFileReader(template, options, reading => ready.push(reading))
  const taken = () => {
    const readings = ready
    ready = []
    return readings
  }
  try {
    for await (const piece of source) {
      const bytes = Buffer.from(piece.buffer, piece.byteOffset, piece.byteLength)
      for (let at = 0; at < bytes.length; at += SLICE_BYTES) {
        await reader.push(bytes.subarray(at, at + SLICE_BYTES))
        yield* taken()
      }
    }
  } catch (error) {
    // The source knows nothing of rows.
    if (error instanceof FileRefused) reader.refuse(error.problem)
    throw error
  }
  await reader.end()
  yield* taken()
}
