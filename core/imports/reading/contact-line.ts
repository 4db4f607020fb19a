import { hash } from 'node:crypto'
import { recordingKey } from '../../recordings/recording-names.ts'
import { foldAgentKey } from '../../templates/agent-key.ts'
import type { ContactValues } from '../../templates/contact-values.ts'
import { plainColumns } from '../../templates/plain-columns.ts'
import type { TenantHashes } from '../../vault/keyed-hashes.ts'
import { instantText } from './instant-text.ts'

export const DIGEST_DIGITS = 32

const SPECIAL = /[\\\t\n\r]/
const ALL_SPECIAL = /[\\\t\n\r]/g

const escapes: Record<string, string> = { '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r' }

export const copyText = (value: string): string =>
  SPECIAL.test(value) ? value.replace(ALL_SPECIAL, character => escapes[character] ?? character) : value

const matchOrNull = (name: string | null) => copyOrNull(name === null ? null : recordingKey(name))

const copyOrNull = (value: string | null) => (value === null ? '\\N' : copyText(value))

const KEYS_KEPT = 10_000

/** Few agents, many rows: a folded key is made once. */
const foldedKeys = new Map<string, string>()

const agentMatch = (key: string): string => {
  let folded = foldedKeys.get(key)
  if (folded === undefined) {
    if (foldedKeys.size >= KEYS_KEPT) foldedKeys.clear()
    folded = copyText(foldAgentKey(key))
    // A cell may hang on to all of the text that it was cut from.
    foldedKeys.set(Buffer.from(key).toString(), folded)
  }
  return folded
}

const cellText = (value: string | number | null) =>
  typeof value === 'number' ? String(value) : copyOrNull(value)

/**
 * One accepted row as a line of COPY text, in the order of `stagingColumns`, so that the digest is last. Rows with equal digests mean the same contact: what only tells how the file wrote it
 * down (the text of the date, the row's number) stays out of the digest.
 */
export const contactLine = (
  row: number,
  values: ContactValues,
  metadata: string,
  hashes: Pick<TenantHashes, 'reference'> | undefined,
): string => {
  const reference = copyText(values.reference)
  const occurredAt = instantText(values.occurredAt)
  const agentKey = copyText(values.agentKey)
  const hashed = hashes?.reference(values.reference) ?? '\\N'
  const plain = plainColumns.map(({ value }) => cellText(values[value])).join('\t')
  const kept = copyText(metadata)
  const digest = hash('sha256', `${reference}\t${occurredAt}\t${agentKey}\t${plain}\t${kept}`, 'hex')
  const matches = `${matchOrNull(values.recordingName)}\t${matchOrNull(values.screenRecordingName)}`
  return `${row}\t${reference}\t${hashed}\t${occurredAt}\t${copyText(values.occurredAtText)}\t${agentKey}\t${agentMatch(
    values.agentKey,
  )}\t${plain}\t${matches}\t${kept}\t${digest.slice(0, DIGEST_DIGITS)}\n`
}
