import { status } from '../codec/constants.ts'
import { encodeExtendedReply, encodeVersion, uint64 } from '../codec/replies.ts'
import { packetLimits } from '../limits.ts'
import type { SessionContext } from '../session/context.ts'
import { answerOk, StatusAnswer } from '../status.ts'
import type { Asked } from './asked.ts'
import { rename } from './rename-remove.ts'

/**
 * Announced is exactly what works. Left out on purpose: fsync@openssh.com, since bytes are durable at CLOSE and not
 * before; statvfs@openssh.com, since a bucket has no size to tell and a made-up one stops clients from sending.
 */
const extensions = [
  ['posix-rename@openssh.com', '1'],
  ['limits@openssh.com', '1'],
] as const

export async function answerInit(): Promise<Buffer> {
  return encodeVersion(extensions)
}

export async function answerExtended(request: Asked<'extended'>, session: SessionContext): Promise<Buffer> {
  switch (request.name) {
    case 'posix-rename@openssh.com':
      await rename(request.rest.string(), request.rest.string(), true, session)
      return answerOk(request.id)
    case 'limits@openssh.com': {
      const told = [packetLimits.packet, packetLimits.read, packetLimits.write, session.openHandles]
      return encodeExtendedReply(request.id, Buffer.concat(told.map(uint64)))
    }
    default:
      throw new StatusAnswer(status.OP_UNSUPPORTED, 'Operation unsupported')
  }
}
