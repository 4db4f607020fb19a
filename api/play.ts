import { pulled } from '../core/files/pulled.ts'
import { openRecording } from '../core/recordings/play.ts'
import { type PlayTarget, recordPlayback } from '../core/recordings/playbacks.ts'
import type { Vault } from '../core/vault/vault.ts'
import type { Database } from '../db/db.ts'
import { answerBytes } from './byte-answer.ts'
import { inline } from './content-disposition.ts'
import { always, forATab, fromAnywhere } from './link-headers.ts'

export interface PlayParts {
  database: Database
  vault: Vault
  clock: () => Date
}

/** Plays a recording, or a part of it. Nothing leaves before it is on record who listens. */
export async function answerPlay(
  request: Request,
  target: PlayTarget,
  address: string,
  { database, vault, clock }: PlayParts,
): Promise<Response> {
  const playing = await openRecording(database, vault, target.tenantId, target.id)
  return await answerBytes(request, {
    size: playing.size,
    etag: `"${playing.tag}"`,
    headers: {
      ...always,
      ...fromAnywhere,
      ...forATab,
      'Content-Type': playing.mediaType,
      'Content-Disposition': inline(playing.name),
      'Last-Modified': playing.modified.toUTCString(),
    },
    async stream(start, end) {
      const pieces = playing.open(start, end)
      // What is damaged at its beginning is an answer of its own instead of one that breaks off.
      const first = await pieces.next()
      try {
        await recordPlayback(database, target, { address, at: clock() })
      } catch (error) {
        await pieces.return()
        throw error
      }
      return pulled(pieces, first)
    },
  })
}
