import { type Tx, tables } from '../../db/db.ts'
import { badInput } from '../refusal.ts'
import { textFault } from './text-fault.ts'

const { setupMessages } = tables

/** Who speaks: staff, or the customer. */
export interface Speaker {
  /** The token's. */
  name: string
  role: 'STAFF' | 'ADMIN'
}

const LONGEST = 10_000

/** `argument` is where the text stood. */
export function requireText(text: string, argument: string): string {
  const message = textFault(text, LONGEST)
  if (message !== undefined) throw badInput([{ path: [argument], message }])
  return text.trim()
}

/** Adds to what was said about a request. */
export async function addMessage(
  tx: Tx,
  { tenantId, id: requestId }: { tenantId: string; id: string },
  { name: author, role }: Speaker,
  text: string,
  at: Date,
): Promise<void> {
  await tx.insert(setupMessages).values({ tenantId, requestId, role, author, text, at })
}
