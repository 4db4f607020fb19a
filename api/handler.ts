import { type Checks, readinessOf } from '../core/operation/readiness.ts'
import type { Version } from '../core/operation/version.ts'
import { certificateKey, publicHalf } from '../core/retention/certificate.ts'
import type { Services } from '../schema/index.ts'
import { graphqlAnswers } from './answer-graphql.ts'
import { callerAddress } from './caller-address.ts'
import { answerClaim } from './claim/answer-claim.ts'
import { answerDownload, type DownloadParts } from './downloads.ts'
import { refuseEarly } from './early-refusal.ts'

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

/** As nginx counts it; HTTP has no status for it. */
const CLIENT_GONE = 499

/** The whole API as one web-standard handler, the same on every runtime. */
export function createHandler(parts: HandlerParts): Handler {
  const routes: Record<Route, (asked: Asked) => Promise<Response>> = {
    graphql: graphqlAnswers(parts),
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

  /** Nobody reads what is answered to a client that went away. */
  function gone(error: unknown, requestId: string, route: Route): Response {
    parts.log.info({ err: error, requestId, route, status: CLIENT_GONE }, 'the client went away')
    parts.count?.(route, CLIENT_GONE)
    return new Response(null, { status: CLIENT_GONE })
  }

  return async (request, connection) => {
    const address = callerAddress(request.headers.get('x-forwarded-for'), connection, parts.trustedProxies)
    const requestId = requestIdOf(request)
    const { route, rest } = routeOf(new URL(request.url).pathname)
    let response: Response
    try {
      response = await routes[route]({ request, requestId, rest, address })
    } catch (error) {
      if (request.signal.aborted) return gone(error, requestId, route)
      parts.log.error({ err: error, requestId, route }, 'a request failed')
      response = refuseEarly(
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
