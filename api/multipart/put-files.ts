import { MultipartFault } from './parts.ts'
import type { MultipartRequest } from './read-request.ts'

/** Puts files where their paths say: at places that exist and hold null, and nowhere else. */
export function putFiles(request: object, places: MultipartRequest['places']): void {
  for (const { path, file } of places) {
    let holder: unknown = request
    for (const step of path.slice(0, -1)) holder = ownOf(holder, step)
    const last = path.at(-1) ?? ''
    if (holder === null || typeof holder !== 'object' || ownOf(holder, last) !== null)
      throw new MultipartFault(`The place ${path.join('.')} is not there, or is not null.`)
    ;(holder as Record<string, unknown>)[last] = file
  }
}

const ownOf = (holder: unknown, step: string): unknown =>
  holder !== null && typeof holder === 'object' && Object.hasOwn(holder, step)
    ? (holder as Record<string, unknown>)[step]
    : undefined
