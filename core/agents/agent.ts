import type { tables } from '../../db/db.ts'

/** A person whose contacts are reviewed, as the tenant knows them. */
export type Agent = typeof tables.agents.$inferSelect

export interface AgentInput {
  name: string
  email?: string | null
  username?: string | null
  externalId?: string | null
  /** Added to those there are. */
  aliases?: readonly string[] | null
}

/** Characters of a name or a key at most. */
export const LONGEST_KEY = 320

export const isEmail = (text: string): boolean => /^\S+@\S+$/.test(text)
