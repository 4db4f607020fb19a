import { Refusal } from '../core/refusal.ts'
import type { Speaker } from '../core/setup/messages.ts'
import type { Context } from './context.ts'
import { callerOf } from './targets.ts'

/** Who speaks in a set-up request; the guard lets nobody else this far. */
export function speakerOf(context: Context): Speaker {
  const { name, role } = callerOf(context)
  if (role !== 'STAFF' && role !== 'ADMIN')
    throw new Refusal('FORBIDDEN', `A token with role ${role} may not do this.`)
  return { name, role }
}
