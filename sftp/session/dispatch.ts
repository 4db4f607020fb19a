import { status } from '../codec/constants.ts'
import type { Request } from '../codec/requests.ts'
import { answerExtended, answerInit } from '../requests/extended.ts'
import { answerMkdir, answerOpendir, answerReaddir, answerRmdir } from '../requests/folders.ts'
import { answerClose, answerOpen } from '../requests/open-close.ts'
import { answerRead } from '../requests/read.ts'
import { answerRealpath } from '../requests/realpath.ts'
import { answerRemove, answerRename } from '../requests/rename-remove.ts'
import { answerFsetstat, answerSetstat } from '../requests/setstat.ts'
import { answerFstat, answerStat } from '../requests/stat.ts'
import { answerWrite } from '../requests/write.ts'
import { StatusAnswer } from '../status.ts'
import type { SessionContext } from './context.ts'

type Answers = {
  [K in Request['kind']]: (request: Extract<Request, { kind: K }>, session: SessionContext) => Promise<Buffer>
}

const answers: Answers = {
  init: answerInit,
  open: answerOpen,
  close: answerClose,
  read: answerRead,
  write: answerWrite,
  stat: answerStat,
  fstat: answerFstat,
  setstat: answerSetstat,
  fsetstat: answerFsetstat,
  opendir: answerOpendir,
  readdir: answerReaddir,
  mkdir: answerMkdir,
  rmdir: answerRmdir,
  remove: answerRemove,
  rename: answerRename,
  realpath: answerRealpath,
  extended: answerExtended,
  unsupported: () => Promise.reject(new StatusAnswer(status.OP_UNSUPPORTED, 'Operation unsupported')),
}

export function dispatch<K extends Request['kind']>(
  request: Extract<Request, { kind: K }>,
  session: SessionContext,
): Promise<Buffer> {
  const answer: Answers[K] = answers[request.kind]
  return answer(request, session)
}
