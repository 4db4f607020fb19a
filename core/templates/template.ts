/**
 * A column template is what was agreed with a sender at set-up: which files it reads, how they are written, and what
 * each of their columns means. A revision is a new template in the same lineage; this is the content of one version,
 * without the identity that its row in the database gives it.
 */
export interface ColumnTemplate {
  name: string
  /** A glob on the path below the account's root; `glob.ts` has the grammar. */
  filePattern: string
  dialect: Dialect
  columns: readonly Column[]
  agentKey: AgentKey
  /** IANA name, for times without an offset. */
  timeZone: string
  ambiguousTime: AmbiguousTime
  extraColumns: ExtraColumns
  existingContact: ExistingContact
  /** Cells that mean nothing, such as `-` or `NULL`, whatever their case. */
  emptyWords: readonly string[]
  /** Above this share of rejected rows (0 to 1) the file is refused whole. */
  maxRejectedShare: number
}

/** A dialect is how a file writes its cells down: bytes to characters, characters to cells. */
export interface Dialect {
  encoding: Encoding
  delimiter: string
  quote: string
  hasHeader: boolean
  /** Lines before the header that are not read. A `sep=` line is understood and does not count. */
  skipLines: number
  /** Lines between the header and the first row. */
  skipLinesAfterHeader: number
}

export const encodings = ['UTF_8', 'UTF_16LE', 'UTF_16BE', 'WINDOWS_1252'] as const
export type Encoding = (typeof encodings)[number]

/** A column is one agreed place in the file, from 1, and the contact field that its cells become. */
export interface Column {
  position: number
  header: string
  field: ContactField
  /** An empty cell rejects the row. Always true for the reference, the agent and the contact date. */
  required: boolean
  format: string | null
}

/** A contact field is what a column's cells mean. `column-kinds.ts` says how each is read. */
export const contactFields = [
  'REFERENCE',
  'AGENT',
  'CONTACT_DATE',
  'CONTACT_DAY',
  'CONTACT_TIME',
  'DIRECTION',
  'CHANNEL',
  'CUSTOMER_PHONE',
  'DURATION',
  'QUEUE',
  'CAMPAIGN',
  'DISPOSITION',
  'EXTERNAL_URL',
  'RECORDING',
  'SCREEN_RECORDING',
  'METADATA',
  'IGNORED',
] as const
export type ContactField = (typeof contactFields)[number]

/** The agent key is what the agent column holds: by which of an agent's names the sender calls them. */
export const agentKeys = ['EMAIL', 'USERNAME', 'EXTERNAL_ID', 'NAME'] as const
export type AgentKey = (typeof agentKeys)[number]

/** A local time that a clock set back shows twice: the earlier instant, the later, or a rejected row. */
export const ambiguousTimes = ['EARLIER', 'LATER', 'REJECT'] as const
export type AmbiguousTime = (typeof ambiguousTimes)[number]

/** Columns after the agreed ones: kept as metadata, read past, or a reason to refuse the file. */
export const extraColumnRules = ['KEEP', 'IGNORE', 'REJECT'] as const
export type ExtraColumns = (typeof extraColumnRules)[number]

/** A row whose reference exists already: updates that contact, or is skipped and counts as unchanged. */
export const existingContactRules = ['UPDATE', 'SKIP'] as const
export type ExistingContact = (typeof existingContactRules)[number]

/** A template as it is handed in: columns are in order, positions follow. */
export interface ColumnTemplateInput extends Omit<ColumnTemplate, 'columns'> {
  columns: readonly ColumnInput[]
}

export interface ColumnInput {
  header: string
  field: ContactField
  required: boolean
  format?: string | null | undefined
}
