import { Refusal } from '../refusal.ts'
import { VaultDamage } from '../vault/vault-damage.ts'
import type { Problem } from './problem.ts'
import { FileGone } from './stored-file.ts'

/**
 * A fault of ours as people may read it. The cause is in the log, under the import's id: its words may hold names of
 * hosts, statements or values.
 */
export function failureOf(error: unknown, setAside: boolean): Problem {
  const [code, what] = named(error)
  const next = setAside
    ? 'It was tried several times and is set aside; customer success has been told and will run it again.'
    : 'It is tried again by itself; nothing is kept twice and nothing has to be sent again.'
  return {
    code,
    message: `${what} ${next}`,
    whoseMove: setAside ? 'STAFF' : 'OURS',
    row: null,
    column: null,
    details: error instanceof VaultDamage ? { object: error.objectId, damage: error.kind } : null,
  }
}

const named = (error: unknown): [code: string, what: string] => {
  for (let at: unknown = error; at instanceof Error; at = at.cause) {
    if (at instanceof FileGone || (at instanceof Refusal && at.code === 'NOT_FOUND'))
      return ['STORED_FILE_MISSING', 'The stored file is no longer there.']
    if (at instanceof VaultDamage)
      return at.kind === 'MISSING'
        ? ['STORED_FILE_MISSING', 'The stored file is not in the object store.']
        : ['STORED_FILE_DAMAGED', 'The stored file is not as it was received, and was not read.']
    if (isDatabase(at)) return ['DATABASE_FAILED', 'The database failed while the file was imported.']
    if ('$metadata' in at) return ['OBJECT_STORE_FAILED', 'The object store failed while the file was read.']
  }
  return ['INTERNAL', 'Something on our side failed while the file was imported.']
}

/** PostgreSQL's own errors, and those of its driver. */
const isDatabase = (error: Error) =>
  error.name === 'PostgresError' ||
  ['CONNECTION_CLOSED', 'CONNECTION_ENDED', 'CONNECTION_DESTROYED', 'CONNECT_TIMEOUT'].includes(
    String((error as { code?: unknown }).code),
  )
