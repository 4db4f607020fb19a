import { authenticate } from '../core/access/authenticate.ts'
import type { Caller } from '../core/access/roles.ts'
import { Refusal } from '../core/refusal.ts'
import { fileSenders, type Services } from '../schema/index.ts'
import { bearerOf } from './bearer.ts'
import { refuseEarly } from './early-refusal.ts'
import { createGraphQLHandler, type GraphQLHandler } from './graphql.ts'
import { fileTaker, isMultipart } from './multipart/take-files.ts'

/** Bytes of a request's body; bulk goes by SFTP. */
export const MAX_BODY_BYTES = 1_048_576

/** The route `/graphql`: who asks, then what is asked, with files or without. */
export function graphqlAnswers(
  services: Services,
): (asked: { request: Request; requestId: string }) => Promise<Response> {
  const graphql = createGraphQLHandler(services, MAX_BODY_BYTES)
  const withFiles = takingFiles(graphql)
  return async ({ request, requestId }) => {
    const caller = await callerOf(request, services)
    if (caller === 'unknown')
      return refuseEarly(request, 401, 'UNAUTHENTICATED', 'This token is not valid, or not any more.', {
        'WWW-Authenticate': 'Bearer error="invalid_token"',
      })
    const unexpected = (error: unknown) =>
      services.log.error({ err: error, requestId, tenantId: caller?.tenantId }, 'a request failed')
    const facts = { caller, requestId, unexpected }
    const response = isMultipart(request) ? await withFiles(request, facts) : await graphql(request, facts)
    if (response.headers.get('content-type')?.startsWith('text/event-stream'))
      response.headers.set('X-Accel-Buffering', 'no')
    else response.headers.set('Cache-Control', 'no-store')
    return response
  }
}

async function callerOf(request: Request, services: Services): Promise<Caller | 'unknown' | undefined> {
  const bearer = bearerOf(request.headers.get('authorization'))
  if (bearer === undefined) return undefined
  if (bearer === 'malformed') return 'unknown'
  return (await authenticate(services.database, bearer.token, services.clock())) ?? 'unknown'
}

/** Answers requests whose variables come with files. */
function takingFiles(graphql: GraphQLHandler): GraphQLHandler {
  const takeFiles = fileTaker()
  return async (request, facts) => {
    const { caller } = facts
    if (!caller)
      return refuseEarly(request, 401, 'UNAUTHENTICATED', 'Files are taken from those who send a token.', {
        'WWW-Authenticate': 'Bearer',
      })
    const { role, tenantId, tokenId } = caller
    if (!fileSenders.has(role))
      return refuseEarly(request, 403, 'FORBIDDEN', `A token with role ${role} may send no files.`, {})
    try {
      return await takeFiles(request, tenantId ?? tokenId, ({ request: plain, variables }) =>
        graphql(plain, { ...facts, variables }),
      )
    } catch (error) {
      if (!(error instanceof Refusal)) throw error
      return refuseFiles(request, error)
    }
  }
}

function refuseFiles(request: Request, { code, message, fields, retryAfterSeconds }: Refusal): Response {
  const status = code === 'BAD_INPUT' ? 400 : retryAfterSeconds === undefined ? 413 : 429
  const headers = {
    ...(retryAfterSeconds === undefined ? {} : { 'Retry-After': String(retryAfterSeconds) }),
    // The rest of what was no such request may never come.
    ...(code === 'BAD_INPUT' ? { Connection: 'close' } : {}),
  }
  return refuseEarly(request, status, code, message, headers, code === 'BAD_INPUT' ? { fields } : {})
}
