import { Refusal } from '../refusal.ts'
import { VaultDamage } from '../vault/vault-damage.ts'
import type { Problem } from './problem.ts'
import { StoreFailed } from './stored-bytes.ts'
import { FileGone } from './stored-file.ts'

export type FailureCode =
  | 'STORED_FILE_MISSING'
  | 'STORED_FILE_DAMAGED'
  | 'DATABASE_FAILED'
  | 'OBJECT_STORE_FAILED'
  | 'INTERNAL'

export interface NamedFailure {
  code: FailureCode
  damage: VaultDamage | null
}

/** What failed, by the first error that says so, from the outermost to its innermost cause. */
export function nameFailure(error: unknown): NamedFailure {
  for (let at: unknown = error; at instanceof Error; at = at.cause) {
    if (at instanceof VaultDamage)
      return { code: at.kind === 'MISSING' ? 'STORED_FILE_MISSING' : 'STORED_FILE_DAMAGED', damage: at }
    if (at instanceof FileGone || (at instanceof Refusal && at.code === 'NOT_FOUND'))
      return { code: 'STORED_FILE_MISSING', damage: null }
    if (at instanceof StoreFailed || '$metadata' in at) return { code: 'OBJECT_STORE_FAILED', damage: null }
    if (isDatabaseAway(at)) return { code: 'DATABASE_FAILED', damage: null }
  }
  return { code: 'INTERNAL', damage: null }
}

/** The database or the object store is away: nothing about this import, and over when they are back. */
export const isOutage = ({ code }: NamedFailure): boolean =>
  code === 'DATABASE_FAILED' || code === 'OBJECT_STORE_FAILED'

/**
 * A fault of ours as people may read it. The cause is in the log, under the import's id: its words may hold names of
 * hosts, statements or values.
 */
export function failureOf(named: NamedFailure, setAside: boolean, taken = 0): Problem {
  const { code, damage } = named
  const found = damage && { object: damage.objectId, damage: damage.kind }
  return {
    code,
    message: `${what[code]} ${setAside ? givenUp(taken) : next(named)}`,
    whoseMove: setAside ? 'STAFF' : 'OURS',
    row: null,
    column: null,
    details: taken === 0 ? found : { ...found, taken },
  }
}

const what: Record<FailureCode, string> = {
  STORED_FILE_MISSING: 'The stored file is no longer there.',
  STORED_FILE_DAMAGED: 'The stored file is not as it was received, and was not read.',
  DATABASE_FAILED: 'The database failed while the file was imported.',
  OBJECT_STORE_FAILED: 'The object store failed while the file was imported.',
  INTERNAL: 'Something on our side failed while the file was imported.',
}

const givenUp = (taken: number) =>
  `It was tried several times and is set aside: it is not tried again by itself. ${keptOf(taken)} Its sender may send it again under the same name.`

/** An archive is put on record piece by piece, so that what was taken of it before it failed stays. */
export const keptOf = (taken: number): string =>
  taken === 0
    ? 'Nothing of it was kept.'
    : `${taken} of the files in it had been taken by then: they stay, and are imported as files of their own.`

const next = (named: NamedFailure): string => {
  if (isOutage(named))
    return 'It is tried again by itself for as long as that lasts; nothing is kept twice and nothing has to be sent again.'
  if (named.code === 'INTERNAL') return 'It is tried again by itself; nothing is kept twice.'
  return 'It is tried again by itself; nothing is kept twice. Its sender may send the file again.'
}

/** SQLSTATE: connection, transaction rolled back, resources, locks, an operator, a time limit, the system below it. */
const passing = /^(08|40|53|55P03|57|58|25P0[234])/

/** Of the driver, and of the system when no server answers. */
const unreachable = new Set([
  'CONNECTION_CLOSED',
  'CONNECTION_ENDED',
  'CONNECTION_DESTROYED',
  'CONNECT_TIMEOUT',
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
])

/** The object store's own errors were told apart before: what is left of lost connections is the database's. */
const isDatabaseAway = (error: Error): boolean => {
  const code = String((error as { code?: unknown }).code)
  return error.name === 'PostgresError' ? passing.test(code) : unreachable.has(code)
}
