/**
 * What is expected to go wrong: an answer meant for the caller. Everything else is an exception with a cause,
 * which edges mask and log. core/ knows no HTTP status and no SFTP code; each edge translates these in one file.
 *
 * UNAUTHENTICATED  nobody we know
 * FORBIDDEN        known, and may not
 * NOT_FOUND        does not exist, or belongs to another tenant: the same words for both
 * BAD_INPUT        `fields` says which input and why
 * CONFLICT         right input, wrong state
 * LIMITED          too much, too large or too soon; `retryAfterSeconds` when waiting helps
 */
export type RefusalCode = 'UNAUTHENTICATED' | 'FORBIDDEN' | 'NOT_FOUND' | 'BAD_INPUT' | 'CONFLICT' | 'LIMITED'

/** One faulty input: its path from the arguments down, such as `['template', 'columns', '3', 'header']`. */
export interface FieldFault {
  path: string[]
  message: string
}

export class Refusal extends Error {
  override readonly name = 'Refusal'
  readonly code: RefusalCode
  readonly fields: readonly FieldFault[]
  readonly retryAfterSeconds: number | undefined

  constructor(
    code: RefusalCode,
    message: string,
    details: { fields?: readonly FieldFault[]; retryAfterSeconds?: number; cause?: unknown } = {},
  ) {
    super(message, { cause: details.cause })
    this.code = code
    this.fields = details.fields ?? []
    this.retryAfterSeconds = details.retryAfterSeconds
  }
}

export const notFound = (what: string) => new Refusal('NOT_FOUND', `${what} does not exist.`)

export const badInput = (fields: readonly FieldFault[]) =>
  new Refusal('BAD_INPUT', fields.map(fault => fault.message).join(' '), { fields })
