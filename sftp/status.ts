import type { Logger } from 'pino'
import { busyRefusal } from '../core/busy.ts'
import type { RefusalCode } from '../core/refusal.ts'
import { Refusal } from '../core/refusal.ts'
import { VaultDamage } from '../core/vault/vault-damage.ts'
import type { StatusCode } from './codec/constants.ts'
import { status } from './codec/constants.ts'
import { MalformedPacket } from './codec/cursor.ts'
import { encodeStatus } from './codec/replies.ts'

/** The one translation of what went wrong into SFTP's eight codes. What is not meant for the client is masked and logged. */

/** An answer that only this protocol knows: the end of a file, a handle nobody gave out. */
export class StatusAnswer extends Error {
  override readonly name = 'StatusAnswer'
  readonly code: StatusCode

  constructor(code: StatusCode, message: string) {
    super(message)
    this.code = code
  }
}

const codes: Record<RefusalCode, StatusCode> = {
  NOT_FOUND: status.NO_SUCH_FILE,
  UNAUTHENTICATED: status.PERMISSION_DENIED,
  FORBIDDEN: status.PERMISSION_DENIED,
  BAD_INPUT: status.FAILURE,
  CONFLICT: status.FAILURE,
  LIMITED: status.FAILURE,
}

const DAMAGED =
  'This file is damaged where it is kept, by a fault of ours; trying again does not help. Tell customer success.'

export const answerOk = (id: number): Buffer => encodeStatus(id, status.OK, 'Success')

export function answerError(id: number, error: unknown, log: Logger): Buffer {
  if (error instanceof StatusAnswer) return encodeStatus(id, error.code, error.message)
  if (error instanceof Refusal) return encodeStatus(id, codes[error.code], error.message)
  if (error instanceof MalformedPacket) return encodeStatus(id, status.BAD_MESSAGE, error.message)
  const busy = busyRefusal(error)
  if (busy) {
    log.warn({ err: error }, 'a request was turned away: the database is busy')
    return encodeStatus(id, codes[busy.code], busy.message)
  }
  log.error({ err: error }, 'a request failed for our fault')
  if (error instanceof VaultDamage) return encodeStatus(id, status.FAILURE, DAMAGED)
  return encodeStatus(id, status.FAILURE, 'Something failed on our side; nothing was kept twice. Try again.')
}

export const isRefusal = (error: unknown): boolean =>
  error instanceof Refusal || error instanceof StatusAnswer
