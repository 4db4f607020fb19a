import { hash } from 'node:crypto'
import { foldAgentKey } from '../../templates/agent-key.ts'
import type { ContactValues } from '../../templates/contact-values.ts'

/**
 * One accepted row as a line of COPY text, in the order of `stagingColumns`, less its row number and the line's end;
 * and its digest. Rows with equal digests mean the same contact: what only tells how the file wrote it down (the text
 * of the date, the row's number) stays out of the digest.
 */
export interface ContactLine {
  /** From `reference` to `digest`. */
  text: string
  digest: string
}

const SPECIAL = /[\\\t\n\r]/
const ALL_SPECIAL = /[\\\t\n\r]/g

const escapes: Record<string, string> = { '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r' }

export const copyText = (value: string): string =>
  SPECIAL.test(value) ? value.replace(ALL_SPECIAL, character => escapes[character] ?? character) : value

const copyOrNull = (value: string | null) => (value === null ? '\\N' : copyText(value))

const asUuid = (hex: string) =>
  `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20, 32)}`

const KEYS_KEPT = 10_000

/** Few agents, many rows: a folded key is made once. */
const foldedKeys = new Map<string, string>()

const agentMatch = (key: string): string => {
  let folded = foldedKeys.get(key)
  if (folded === undefined) {
    if (foldedKeys.size >= KEYS_KEPT) foldedKeys.clear()
    folded = copyText(foldAgentKey(key))
    foldedKeys.set(key, folded)
  }
  return folded
}

export const contactLine = (values: ContactValues, metadata: string): ContactLine => {
  const reference = copyText(values.reference)
  const occurredAt = new Date(values.occurredAt).toISOString()
  const agentKey = copyText(values.agentKey)
  const rest = `${copyOrNull(values.direction)}\t${copyOrNull(values.channel)}\t${copyOrNull(values.customerPhone)}\t${
    values.durationSeconds ?? '\\N'
  }\t${copyOrNull(values.queue)}\t${copyOrNull(values.campaign)}\t${copyOrNull(values.disposition)}\t${copyOrNull(
    values.externalUrl,
  )}\t${copyOrNull(values.recordingName)}\t${copyOrNull(values.screenRecordingName)}\t${copyText(metadata)}`
  const digest = asUuid(hash('sha256', `${reference}\t${occurredAt}\t${agentKey}\t${rest}`, 'hex'))
  const text = `${reference}\t${occurredAt}\t${copyText(values.occurredAtText)}\t${agentKey}\t${agentMatch(
    values.agentKey,
  )}\t${rest}\t${digest}`
  return { text, digest }
}
