import { Refusal } from '../../core/refusal.ts'
import { linger, TooLarge } from '../body.ts'
import { Silence, unlessSilent } from '../silence.ts'
import { admitted, TooSlow } from './admitted.ts'
import { createFileMemory } from './file-memory.ts'
import { MultipartFault } from './parts.ts'
import { putFiles } from './put-files.ts'
import { MOST_REQUEST_BYTES, readMultipart } from './read-request.ts'

/** A request with files as GraphQL takes it: one of plain JSON, and its variables with the files in their places. */
export interface Unpacked {
  request: Request
  variables: Record<string, unknown>
}

/** Memory for requests that are read at once: the largest of as many tenants, or many small ones. */
const TENANTS_AT_ONCE = 4

export const isMultipart = (request: Request): boolean =>
  request.method === 'POST' && /^multipart\/form-data\b/i.test(request.headers.get('content-type') ?? '')

/**
 * Reads requests with files and has them answered while their bytes are held. Throws a Refusal: BAD_INPUT for what is no
 * such request or does not come, LIMITED for what is too large, or when too many come at once. For known callers only:
 * what strangers send is not held in memory. (A page of another site can send such a request unasked, but no token with it.)
 */
export function fileTaker() {
  const memory = createFileMemory({
    share: MOST_REQUEST_BYTES,
    total: TENANTS_AT_ONCE * MOST_REQUEST_BYTES,
  })
  /** `owner` is the tenant whose share of the memory it takes. */
  return async (
    request: Request,
    owner: string,
    answer: (unpacked: Unpacked) => Promise<Response>,
  ): Promise<Response> => {
    let release = () => {}
    const reserve = async () => {
      release = await memory.reserve(owner, bytesOf(request), request.signal)
    }
    try {
      const unpacked = await unpack(request, pieces => admitted(unlessSilent(pieces), reserve))
      return await answer(unpacked)
    } catch (error) {
      const refusal = refusalOf(error)
      if (!refusal) throw error
      release()
      if (!(error instanceof Silence)) await linger(request)
      throw refusal
    } finally {
      release()
    }
  }
}

const bytesOf = (request: Request): number => {
  const length = Number(request.headers.get('content-length') ?? MOST_REQUEST_BYTES)
  return length >= 0 && length <= MOST_REQUEST_BYTES ? length : MOST_REQUEST_BYTES
}

async function unpack(request: Request, watched: Parameters<typeof readMultipart>[1]): Promise<Unpacked> {
  const { operations, places } = await readMultipart(request, watched)
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
}

function refusalOf(error: unknown): Refusal | undefined {
  if (error instanceof Refusal) return error
  if (error instanceof Silence || error instanceof TooSlow)
    return new Refusal(
      'BAD_INPUT',
      error instanceof Silence
        ? 'Nothing more of the request came for ten seconds: send it again, without a pause.'
        : 'The request took more than five minutes to come: send it over a faster line, or the file by SFTP.',
    )
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
