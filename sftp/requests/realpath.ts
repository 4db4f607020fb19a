import { encodeNames } from '../codec/replies.ts'
import { treePath } from '../paths.ts'
import type { Asked } from './asked.ts'

/** Every client's first call, with ".". Nothing is looked up, so nothing is told of what exists. */
export async function answerRealpath(request: Asked<'realpath'>): Promise<Buffer> {
  const name = treePath(request.path)
  return encodeNames(request.id, [{ name, longname: name, attributes: {} }])
}
