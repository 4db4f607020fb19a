import { plainColumns } from '../../templates/plain-columns.ts'

/**
 * The staging table that a chunk's COPY text is for: typed columns, so that the merge needs no casts. The importer
 * builds its temporary table from this list, and `contact-line.ts` writes its lines in this order.
 */
export interface StagingColumn {
  name: string
  type: 'integer' | 'text' | 'timestamptz' | 'jsonb' | 'uuid'
  nullable: boolean
  /** Whether a different value makes the contact a changed one. */
  inDigest: boolean
}

const column = (name: string, type: StagingColumn['type'], nullable: boolean, inDigest = true) =>
  ({ name, type, nullable, inDigest }) as const satisfies StagingColumn

export const stagingColumns: readonly StagingColumn[] = [
  column('row_number', 'integer', false, false),
  column('reference', 'text', false),
  /** Its keyed hash (core/vault/keyed-hashes.ts); none where nothing is kept. */
  column('reference_hash', 'uuid', true, false),
  column('occurred_at', 'timestamptz', false),
  /** As the file wrote it; day and time of two columns with a space between. */
  column('occurred_at_text', 'text', false, false),
  column('agent_key', 'text', false),
  /** `foldAgentKey(agent_key)`, to be compared with agents' folded names. */
  column('agent_match', 'text', false, false),
  ...plainColumns.map(plain => column(plain.column, plain.type, true)),
  /** `recordingKey` of the names, by which recordings are found. */
  column('recording_match', 'text', true, false),
  column('screen_recording_match', 'text', true, false),
  /** An object of strings, keys sorted, empty cells left out. */
  column('metadata', 'jsonb', false),
  /** The first 16 bytes of SHA-256 over the columns that are `inDigest`, as COPY text, as the 32 digits of a uuid. */
  column('digest', 'uuid', false, false),
]
