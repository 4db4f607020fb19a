import { randomUUID } from 'node:crypto'
import { nameOf } from '../core/files/paths.ts'
import { badInput } from '../core/refusal.ts'
import { builder } from './builder.ts'
import { UploadedFile } from './file-node.ts'
import { linkFor } from './link.ts'
import { atMost } from './paging.ts'
import { Playback } from './playback-node.ts'

const RecordingKind = builder.enumType('RecordingKind', { values: ['AUDIO', 'SCREEN'] as const })

/** What it is to the contacts stands in recording.ts, which knows both. */
export const Recording = builder.drizzleNode('recordings', {
  name: 'Recording',
  id: { column: row => row.id },
  select: { columns: { tenantId: true, id: true } },
  fields: t => ({
    fileName: t.string({ select: { columns: { path: true } }, resolve: ({ path }) => nameOf(path) }),
    kind: t.expose('kind', { type: RecordingKind }),
    mediaType: t.exposeString('mediaType'),
    codec: t.exposeString('codec', { nullable: true }),
    durationSeconds: t.exposeFloat('durationSeconds', { nullable: true }),
    playable: t.exposeBoolean('playable', { description: 'Browsers play it as it is.' }),
    damage: t.exposeString('damage', {
      nullable: true,
      description: 'In plain words: truncated, no audio in it, ... Null when sound.',
    }),
    size: t.field({
      type: 'BigInt',
      select: { with: { file: { columns: { size: true } } } },
      resolve: ({ file }) => file.size,
    }),
    file: t.relation('file', { type: UploadedFile }),
    linkedAt: t.field({
      type: 'DateTime',
      nullable: true,
      select: { columns: { linkedAt: true, linked: true } },
      resolve: ({ linkedAt, linked }) => (linked ? linkedAt : null),
    }),
    playUrl: t.string({
      nullable: true,
      args: { onBehalfOf: t.arg.string(), reason: t.arg.string() },
      description:
        'Short-lived; needs no token; answers ranges, so that players can seek. Bound to the caller; each playback is on record under the caller and the person named. Null once deleted.',
      select: { columns: { usable: true } },
      resolve({ tenantId, id, usable }, { onBehalfOf = null, reason = null }, context) {
        if (!usable) return null
        checkWords('onBehalfOf', onBehalfOf)
        checkWords('reason', reason)
        return linkFor(context, { kind: 'play', tenantId, id, use: randomUUID(), onBehalfOf, reason })
      },
    }),
    playbacks: t.field({
      type: [Playback],
      args: { first: t.arg.int() },
      description: 'Who listened, newest first.',
      select: ({ first }, _context, nested) => ({
        with: { playbacks: nested({ orderBy: { at: 'desc', id: 'desc' }, limit: atMost(first) }) },
      }),
      resolve: ({ playbacks }) => playbacks,
    }),
  }),
})

/** They stand in the link itself, and in the record of who listened. */
const LONGEST_WORDS = 500

const checkWords = (argument: string, words: string | null): void => {
  if (words !== null && (words.length > LONGEST_WORDS || words.includes('\0')))
    throw badInput([{ path: [argument], message: `At most ${LONGEST_WORDS} characters, none of them NUL.` }])
}
