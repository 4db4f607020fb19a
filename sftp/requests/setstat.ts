import type { Attributes } from '../codec/attributes.ts'
import { treePath } from '../paths.ts'
import type { SessionContext } from '../session/context.ts'
import { answerOk } from '../status.ts'
import type { Asked } from './asked.ts'

/**
 * Clients set mode, owner and times after an upload and report a failed one when that fails. Of files the time of
 * the last change is kept; all else is accepted and ignored, for whatever exists.
 */
export async function answerSetstat(request: Asked<'setstat'>, session: SessionContext): Promise<Buffer> {
  await keepModified(treePath(request.path), request.attributes, session)
  return answerOk(request.id)
}

export async function answerFsetstat(request: Asked<'fsetstat'>, session: SessionContext): Promise<Buffer> {
  const open = session.handles.get(request.handle)
  const modified = modifiedOf(request.attributes)
  if (open.kind === 'write') {
    if (modified) open.handle.setModified(modified)
  } else await keepModified(open.path, request.attributes, session)
  return answerOk(request.id)
}

async function keepModified(path: string, attributes: Attributes, session: SessionContext): Promise<void> {
  const entry = await session.tree.stat(path)
  const modified = modifiedOf(attributes)
  if (modified && entry.kind === 'file' && !entry.readOnly) await session.tree.setModified(path, modified)
}

const modifiedOf = ({ times }: Attributes): Date | undefined => times && new Date(times.modified * 1000)
