import { status } from '../codec/constants.ts'
import { encodeData } from '../codec/replies.ts'
import { packetLimits } from '../limits.ts'
import type { SessionContext } from '../session/context.ts'
import { StatusAnswer } from '../status.ts'
import type { Asked } from './asked.ts'

export async function answerRead(request: Asked<'read'>, session: SessionContext): Promise<Buffer> {
  const { handle } = session.handles.of('read', request.handle)
  const length = Math.min(request.length, packetLimits.read)
  const bytes = length === 0 ? Buffer.alloc(0) : await handle.read(request.offset, length)
  if (bytes.length === 0) throw new StatusAnswer(status.EOF, 'End of file')
  return encodeData(request.id, bytes)
}
