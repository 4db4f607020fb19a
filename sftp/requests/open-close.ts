import type { WriteHandle } from '../../core/files/file-tree.ts'
import { Refusal } from '../../core/refusal.ts'
import { openFlag, status } from '../codec/constants.ts'
import { encodeHandle } from '../codec/replies.ts'
import { treePath } from '../paths.ts'
import type { SessionContext } from '../session/context.ts'
import { answerOk, StatusAnswer } from '../status.ts'
import type { Asked } from './asked.ts'
import { UndecidedWrite } from './undecided-write.ts'

export async function answerOpen(request: Asked<'open'>, session: SessionContext): Promise<Buffer> {
  const path = treePath(request.path)
  session.handles.demandRoom()
  if ((request.flags & openFlag.WRITE) === 0) {
    const handle = await session.tree.openRead(path)
    return encodeHandle(request.id, session.handles.add({ kind: 'read', handle, path }))
  }
  const handle = await openWrite(path, request.flags, session)
  return encodeHandle(request.id, session.handles.add({ kind: 'write', handle, path, failure: undefined }))
}

/**
 * What the flags mean is what clients do with them: CREAT and TRUNC is a fresh upload everywhere; APPEND is
 * OpenSSH's `reput` and paramiko's 'a', which both name true offsets; neither of them is how lftp (`put -c`), psftp,
 * WinSCP and JSch go on with an upload, and how others overwrite from the start: their first offset tells.
 */
async function openWrite(path: string, flags: number, session: SessionContext): Promise<WriteHandle> {
  const creates = (flags & openFlag.CREAT) !== 0
  if (creates && flags & openFlag.EXCL) return session.tree.openWrite(path, 'exclusive')
  if (creates && flags & openFlag.TRUNC) return session.tree.openWrite(path, 'replace')
  const existing = await session.tree.stat(path).catch(error => {
    if (creates && error instanceof Refusal && error.code === 'NOT_FOUND') return undefined
    throw error
  })
  if (existing?.kind === 'folder') throw new Refusal('CONFLICT', 'It is a folder.')
  if (!existing || flags & openFlag.TRUNC) return session.tree.openWrite(path, 'replace')
  if (existing.readOnly) throw new Refusal('FORBIDDEN', 'It is read-only.')
  if (flags & openFlag.APPEND) return session.tree.openWrite(path, 'append').catch(notOffered)
  return new UndecidedWrite(session.tree, existing)
}

/** OpenSSH shows the code of an answer alone: this one says more than that something failed. */
const notOffered = (error: unknown): never => {
  const refused = error instanceof Refusal && error.code === 'CONFLICT'
  throw refused ? new StatusAnswer(status.OP_UNSUPPORTED, error.message) : error
}

/** OK means: every byte is stored, the file recorded, its job queued. Anything less is a failure. */
export async function answerClose(request: Asked<'close'>, session: SessionContext): Promise<Buffer> {
  const open = session.handles.take(request.handle)
  if (open.kind === 'read') await open.handle.close()
  if (open.kind === 'write') {
    if (open.failure) {
      await open.handle.abort(open.failure.message)
      session.metrics?.uploadEnded('failed')
      throw open.failure
    }
    try {
      await open.handle.close()
    } catch (error) {
      session.metrics?.uploadEnded('failed')
      const refused = error instanceof Refusal
      await open.handle.abort(refused ? error.message : 'The upload could not be completed on our side.')
      throw error
    }
    if (open.handle instanceof UndecidedWrite && open.handle.untouched) return answerOk(request.id)
    session.tally.files += 1
    session.metrics?.uploadEnded('completed')
  }
  return answerOk(request.id)
}
