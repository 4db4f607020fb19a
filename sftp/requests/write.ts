import { Refusal } from '../../core/refusal.ts'
import { status } from '../codec/constants.ts'
import type { SessionContext } from '../session/context.ts'
import { answerOk, isRefusal, StatusAnswer } from '../status.ts'
import type { Asked } from './asked.ts'

/** In the order they come, whatever their offsets: the handle has the window that puts them in order. */
export async function answerWrite(request: Asked<'write'>, session: SessionContext): Promise<Buffer> {
  const open = session.handles.of('write', request.handle)
  const { length } = request.bytes
  if (open.failure) throw open.failure
  if (length === 0) return answerOk(request.id)
  try {
    if (request.offset + length > Number.MAX_SAFE_INTEGER)
      throw new Refusal('LIMITED', 'No file is that large.')
    await open.handle.write(request.offset, request.bytes)
  } catch (error) {
    // Clients that pipeline look at the CLOSE alone: bytes that were not taken must fail it, whatever the reason.
    open.failure = error instanceof Error && isRefusal(error) ? error : failedWrite()
    throw error
  }
  session.tally.bytesReceived += length
  session.metrics?.received(length)
  return answerOk(request.id)
}

const failedWrite = () =>
  new StatusAnswer(status.FAILURE, 'A write failed on our side; the file is incomplete: send it again.')
