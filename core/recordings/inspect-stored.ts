import type { Database } from '../../db/db.ts'
import { nameOf } from '../files/paths.ts'
import type { Log } from '../log.ts'
import { Refusal } from '../refusal.ts'
import { storedObject } from '../vault/object-rows.ts'
import type { Vault } from '../vault/vault.ts'
import { VaultDamage } from '../vault/vault-damage.ts'
import { type Inspection, inspectRecording } from './media/inspect.ts'
import { vaultSource } from './vault-source.ts'

export interface InspectPorts {
  database: Database
  vault: Pick<Vault, 'readRange'>
  log: Log
  clock: () => Date
  signal: AbortSignal
}

/** A recording whose bytes are to be looked at. */
export interface Uninspected {
  id: string
  path: string
  /** None once its bytes were destroyed. */
  objectId: string | null
}

/**
 * What a stored recording is. Bytes that are not as they were received are damage like any other, and an incident;
 * what else fails, such as the object store, says nothing about the recording and is thrown.
 */
export const inspectStored = async (
  { database, vault, log }: InspectPorts,
  tenantId: string,
  { id, path, objectId }: Uninspected,
): Promise<Inspection> => {
  if (objectId === null) return unreadable('Its bytes are no longer there.')
  try {
    const object = await database.asTenant(tenantId, tx => storedObject(tx, tenantId, objectId))
    return await inspectRecording(vaultSource(vault, object), nameOf(path))
  } catch (error) {
    if (error instanceof Refusal && error.code === 'NOT_FOUND')
      return unreadable('Its bytes are no longer there.')
    if (!(error instanceof VaultDamage)) throw error
    log.error({ err: error, tenantId, recordingId: id }, 'a stored recording is damaged')
    return unreadable(
      error.kind === 'MISSING'
        ? 'Its stored bytes are missing. Send it again.'
        : 'Its stored bytes are not as they were received. Send it again.',
    )
  }
}

const unreadable = (damage: string): Inspection => ({
  kind: 'AUDIO',
  mediaType: 'application/octet-stream',
  codec: null,
  durationSeconds: null,
  playable: false,
  usable: false,
  damage,
})
