import { issuedTo, type LinkTarget } from '../core/access/links.ts'
import type { Context } from './context.ts'
import { callerOf } from './targets.ts'

type Named = LinkTarget extends infer T ? (T extends LinkTarget ? Omit<T, 'issuedTo'> : never) : never

/** A signed address for whoever asks. */
export const linkFor = (context: Context, target: Named): string => {
  const { links, clock } = context.services
  return links.sign({ ...target, issuedTo: issuedTo(callerOf(context)) }, clock())
}
