import { Refusal } from '../../core/refusal.ts'
import { createByteBudget } from '../../core/vault/byte-budget.ts'
import { linger, TooLarge } from '../body.ts'
import { MultipartFault } from './parts.ts'
import { putFiles } from './put-files.ts'
import { MOST_REQUEST_BYTES, readMultipart } from './read-request.ts'

/** A request with files as GraphQL takes it: one of plain JSON, and its variables with the files in their places. */
export interface Unpacked {
  request: Request
  variables: Record<string, unknown>
}

/** Memory for requests that are read at once, of the whole process: many small ones, or one of the largest. */
const MEMORY_BYTES = MOST_REQUEST_BYTES

const PATIENCE_MS = 30_000

export const isMultipart = (request: Request): boolean =>
  request.method === 'POST' && /^multipart\/form-data\b/i.test(request.headers.get('content-type') ?? '')

/**
 * Reads requests with files and has them answered while their bytes are held. Throws a Refusal: BAD_INPUT for what is no
 * such request, LIMITED for what is too large, or when too many come at once. For known callers only: what strangers send
 * is not held in memory. (A page of another site can send such a request unasked, but no token with it.)
 */
export function fileTaker(memory = createByteBudget(MEMORY_BYTES)) {
  return async (request: Request, answer: (unpacked: Unpacked) => Promise<Response>): Promise<Response> => {
    const release = await memory.reserve(bytesOf(request), patienceWith(request)).catch(() => undefined)
    if (!release)
      throw new Refusal('LIMITED', 'Too many files are on their way at once: try again.', {
        retryAfterSeconds: 30,
      })
    try {
      return await answer(await unpack(request))
    } finally {
      release()
    }
  }
}

const bytesOf = (request: Request): number => {
  const length = Number(request.headers.get('content-length') ?? MOST_REQUEST_BYTES)
  return length >= 0 && length <= MOST_REQUEST_BYTES ? length : MOST_REQUEST_BYTES
}

const patienceWith = ({ signal }: Request) => AbortSignal.any([signal, AbortSignal.timeout(PATIENCE_MS)])

async function unpack(request: Request): Promise<Unpacked> {
  try {
    const { operations, places } = await readMultipart(request)
    const whole = objectIn(operations)
    putFiles(whole, places)
    const headers = new Headers(request.headers)
    headers.set('content-type', 'application/json')
    headers.delete('content-length')
    const { signal } = request
    return {
      request: new Request(request.url, { method: 'POST', headers, body: operations, signal }),
      variables: (whole['variables'] ?? {}) as Record<string, unknown>,
    }
  } catch (error) {
    const refusal = refusalOf(error)
    if (!refusal) throw error
    await linger(request)
    throw refusal
  }
}

function refusalOf(error: unknown): Refusal | undefined {
  if (error instanceof MultipartFault) return new Refusal('BAD_INPUT', error.message)
  if (error instanceof TooLarge)
    return new Refusal(
      'LIMITED',
      `A file has at most 25 MB, and a request with files ${Math.floor(MOST_REQUEST_BYTES / 2 ** 20)} MB. Nothing of it was kept.`,
    )
  return undefined
}

function objectIn(operations: string): Record<string, unknown> {
  let value: unknown
  try {
    value = JSON.parse(operations)
  } catch {
    throw new MultipartFault('The part "operations" is no JSON.')
  }
  if (value === null || typeof value !== 'object' || Array.isArray(value))
    throw new MultipartFault('The part "operations" is one request: { "query": …, "variables": … }.')
  return value as Record<string, unknown>
}
