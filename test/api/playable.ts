import { randomUUID } from 'node:crypto'
import { createLinks, type IssuedTo } from '../../core/access/links.ts'
import { inspectRecording } from '../../core/recordings/media/inspect.ts'
import { tables } from '../../db/db.ts'
import { counted } from '../core/recordings/media/counted.ts'
import { reader, type StoreRoom, storeFile } from './stored-file.ts'

export interface Playable {
  recordingId: string
  fileId: string
  objectId: string
  storageKey: string
  sha256: string
  issuedTo: IssuedTo
  /** A link of its own for each call. */
  link: (details?: { onBehalfOf?: string; reason?: string; now?: Date; use?: string }) => string
}

/** A recording as upload and inspection leave it, and whoever may play it. */
export async function playable(
  room: StoreRoom,
  tenantId: string,
  path: string,
  bytes: Buffer,
): Promise<Playable> {
  const file = await storeFile(room, tenantId, { path, bytes, kind: 'RECORDING' })
  const found = await inspectRecording(counted(bytes), path)
  const { fileId } = file
  const recordingId = await room.database.asTenant(tenantId, async tx => {
    const [row] = await tx
      .insert(tables.recordings)
      .values({ tenantId, fileId, path, matchKey: path.toLowerCase(), ...found, inspectedAt: new Date() })
      .returning()
    return row?.id ?? ''
  })
  const issuedTo = await reader(room, tenantId)
  const links = createLinks(room.config.MASTER_KEY, () => 'http://api.test')
  return {
    ...file,
    recordingId,
    issuedTo,
    link: ({ onBehalfOf, reason, now, use = randomUUID() } = {}) =>
      links.sign(
        {
          kind: 'play',
          tenantId,
          id: recordingId,
          issuedTo,
          use,
          onBehalfOf: onBehalfOf ?? null,
          reason: reason ?? null,
        },
        now ?? new Date(),
      ),
  }
}
