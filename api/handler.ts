import { authenticate } from '../core/access/authenticate.ts'
import type { Caller } from '../core/access/roles.ts'
import { type Checks, readinessOf } from '../core/operation/readiness.ts'
import type { Version } from '../core/operation/version.ts'
import { Refusal } from '../core/refusal.ts'
import { certificateKey, publicHalf } from '../core/retention/certificate.ts'
import { fileSenders, type Services } from '../schema/index.ts'
import { bearerOf } from './bearer.ts'
import { callerAddress } from './caller-address.ts'
import { answerClaim } from './claim/answer-claim.ts'
import { answerDownload, type DownloadParts } from './downloads.ts'
import { createGraphQLHandler, type RequestFacts } from './graphql.ts'
import { fileTaker, isMultipart } from './multipart/take-files.ts'

export interface HandlerParts extends Services, DownloadParts {
  vault: DownloadParts['vault']
  checks: Checks
  version: Version
  /** Networks whose X-Forwarded-For counts. */
  trustedProxies: readonly string[]
  /** Told of every answer, by the route and never by the address. */
  count?: (route: Route, status: number) => void
}

type Route = 'graphql' | 'download' | 'claim' | 'certificate-key' | 'healthz' | 'readyz' | 'version' | 'other'

/** `connection` is the address at the other end of the connection, which only the runtime knows. */
export type Handler = (request: Request, connection?: string) => Promise<Response>

interface Asked {
  request: Request
  requestId: string
  /** Of the path, behind the route's name. */
  rest: string
  /** Of whoever asks, as far as proxies that count say. */
  address: string
}

/** Bytes of a request's body; bulk goes by SFTP. */
export const MAX_BODY_BYTES = 1_048_576

/** The whole API as one web-standard handler, the same on every runtime. */
export function createHandler(parts: HandlerParts): Handler {
  const graphql = createGraphQLHandler(parts, MAX_BODY_BYTES)
  const takeFiles = fileTaker()
  const routes: Record<Route, (asked: Asked) => Promise<Response>> = {
    graphql: answerGraphQL,
    download: ({ request, rest, address }) => answerDownload(request, rest, address, parts),
    'certificate-key': async () =>
      new Response(publicHalf(await certificateKey(parts.vault.master)), {
        headers: { 'Content-Type': 'application/x-pem-file' },
      }),
    claim: ({ request, rest, address }) => answerClaim(request, rest, address, parts),
    healthz: async () => Response.json({ ok: true }),
    readyz: async () => {
      const readiness = await readinessOf(parts.checks, parts.ending.aborted)
      return Response.json(readiness, { status: readiness.ready ? 200 : 503 })
    },
    version: async () => Response.json(parts.version),
    other: async () => new Response('There is nothing here.\n', { status: 404 }),
  }

  async function answerGraphQL({ request, requestId }: Asked): Promise<Response> {
    const caller = await callerOf(request)
    if (caller === 'unknown')
      return refuse(request, 401, 'UNAUTHENTICATED', 'This token is not valid, or not any more.', {
        'WWW-Authenticate': 'Bearer error="invalid_token"',
      })
    const unexpected = (error: unknown) =>
      parts.log.error({ err: error, requestId, tenantId: caller?.tenantId }, 'a request failed')
    const facts = { caller, requestId, unexpected }
    const response = isMultipart(request)
      ? await answerWithFiles(request, facts)
      : await graphql(request, facts)
    if (response.headers.get('content-type')?.startsWith('text/event-stream'))
      response.headers.set('X-Accel-Buffering', 'no')
    else response.headers.set('Cache-Control', 'no-store')
    return response
  }

  async function answerWithFiles(request: Request, facts: RequestFacts): Promise<Response> {
    if (!facts.caller)
      return refuse(request, 401, 'UNAUTHENTICATED', 'Files are taken from those who send a token.', {
        'WWW-Authenticate': 'Bearer',
      })
    const { role, tenantId, tokenId } = facts.caller
    if (!fileSenders.has(role))
      return refuse(request, 403, 'FORBIDDEN', `A token with role ${role} may send no files.`, {})
    try {
      return await takeFiles(request, tenantId ?? tokenId, ({ request: plain, variables }) =>
        graphql(plain, { ...facts, variables }),
      )
    } catch (error) {
      if (!(error instanceof Refusal)) throw error
      const { code, message, fields, retryAfterSeconds } = error
      const status = code === 'BAD_INPUT' ? 400 : retryAfterSeconds === undefined ? 413 : 429
      const headers = {
        ...(retryAfterSeconds === undefined ? {} : { 'Retry-After': String(retryAfterSeconds) }),
        // The rest of what was no such request may never come.
        ...(code === 'BAD_INPUT' ? { Connection: 'close' } : {}),
      }
      return refuse(request, status, code, message, headers, code === 'BAD_INPUT' ? { fields } : {})
    }
  }

  async function callerOf(request: Request): Promise<Caller | 'unknown' | undefined> {
    const bearer = bearerOf(request.headers.get('authorization'))
    if (bearer === undefined) return undefined
    if (bearer === 'malformed') return 'unknown'
    return (await authenticate(parts.database, bearer.token, parts.clock())) ?? 'unknown'
  }

  return async (request, connection) => {
    const address = callerAddress(request.headers.get('x-forwarded-for'), connection, parts.trustedProxies)
    const requestId = requestIdOf(request)
    const { route, rest } = routeOf(new URL(request.url).pathname)
    let response: Response
    try {
      response = await routes[route]({ request, requestId, rest, address })
    } catch (error) {
      parts.log.error({ err: error, requestId, route }, 'a request failed')
      response = refuse(
        request,
        500,
        'INTERNAL',
        `Something went wrong on our side. Quote the request id ${requestId}.`,
        {},
        { requestId },
      )
    }
    response.headers.set('X-Request-Id', requestId)
    parts.count?.(route, response.status)
    parts.log.info({ requestId, route, method: request.method, status: response.status }, 'request')
    return response
  }
}

function routeOf(path: string): { route: Route; rest: string } {
  const [, first = '', rest = ''] =
    /^\/(graphql|download|claim|certificate-key|healthz|readyz|version)(?:\/(.*))?$/.exec(path) ?? []
  if (first === 'download' || first === 'claim') return { route: first, rest }
  return { route: rest === '' && first !== '' ? (first as Route) : 'other', rest }
}

/** A caller's own id where it is one that can be logged and quoted. */
const requestIdOf = (request: Request): string => {
  const given = request.headers.get('x-request-id')
  return given && /^[\w.:-]{1,64}$/.test(given) ? given : crypto.randomUUID()
}

/** For what fails before GraphQL is asked, in the media type that was asked for. */
const refuse = (
  request: Request,
  status: number,
  code: string,
  message: string,
  headers: Record<string, string>,
  extensions: object = {},
) =>
  Response.json(
    { errors: [{ message, extensions: { code, ...extensions } }] },
    { status, headers: { ...headers, 'Content-Type': mediaTypeFor(request), 'Cache-Control': 'no-store' } },
  )

const mediaTypeFor = (request: Request) =>
  request.headers.get('accept')?.includes('application/graphql-response+json')
    ? 'application/graphql-response+json; charset=utf-8'
    : 'application/json; charset=utf-8'
