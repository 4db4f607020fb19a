import { isBelow } from '../../core/files/paths.ts'
import { Refusal } from '../../core/refusal.ts'
import { treePath } from '../paths.ts'
import type { SessionContext } from '../session/context.ts'
import { answerOk } from '../status.ts'
import type { Asked } from './asked.ts'

/** RENAME refuses a name that is taken, as the protocol says; posix-rename@openssh.com takes its place. */
export async function answerRename(request: Asked<'rename'>, session: SessionContext): Promise<Buffer> {
  await rename(request.from, request.to, false, session)
  return answerOk(request.id)
}

export async function answerRemove(request: Asked<'remove'>, session: SessionContext): Promise<Buffer> {
  await session.tree.remove(treePath(request.path))
  return answerOk(request.id)
}

export async function rename(
  rawFrom: Buffer,
  rawTo: Buffer,
  overwrite: boolean,
  session: SessionContext,
): Promise<void> {
  const from = treePath(rawFrom)
  const to = treePath(rawTo)
  if (from === to) {
    // A name onto itself changes nothing; it must not take the file off its own listing.
    await session.tree.stat(from)
    return
  }
  if (isBelow(to, from)) throw new Refusal('CONFLICT', 'A folder cannot move into itself.')
  await session.tree.rename(from, to, overwrite)
}
