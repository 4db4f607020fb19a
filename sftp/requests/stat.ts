import { encodeAttrs } from '../codec/replies.ts'
import { attributesOf } from '../longname.ts'
import { treePath } from '../paths.ts'
import type { SessionContext } from '../session/context.ts'
import type { Asked } from './asked.ts'

/** STAT and LSTAT: there are no links. */
export async function answerStat(request: Asked<'stat'>, session: SessionContext): Promise<Buffer> {
  return encodeAttrs(request.id, attributesOf(await session.tree.stat(treePath(request.path))))
}

export async function answerFstat(request: Asked<'fstat'>, session: SessionContext): Promise<Buffer> {
  const open = session.handles.get(request.handle)
  switch (open.kind) {
    case 'read':
      return encodeAttrs(request.id, attributesOf(open.handle.entry))
    case 'write':
      return encodeAttrs(request.id, attributesOf(open.handle.entry()))
    case 'folder':
      return encodeAttrs(request.id, attributesOf(await session.tree.stat(open.path)))
  }
}
