import { Refusal } from '../../core/refusal.ts'
import type { SessionContext } from '../session/context.ts'
import { answerOk, isRefusal } from '../status.ts'
import type { Asked } from './asked.ts'

/** In the order they come, whatever their offsets: the handle has the window that puts them in order. */
export async function answerWrite(request: Asked<'write'>, session: SessionContext): Promise<Buffer> {
  const open = session.handles.of('write', request.handle)
  const { length } = request.bytes
  if (request.offset + length > Number.MAX_SAFE_INTEGER)
    throw new Refusal('LIMITED', 'No file is that large.')
  if (length === 0) return answerOk(request.id)
  try {
    await open.handle.write(request.offset, request.bytes)
  } catch (error) {
    // A refused write may be sent again; one that broke for our fault leaves a hole nobody knows of.
    if (!isRefusal(error)) open.broken = true
    throw error
  }
  session.tally.bytesReceived += length
  session.metrics?.received(length)
  return answerOk(request.id)
}
