import { GraphQLError } from 'graphql'
import { busyRefusal } from '../core/busy.ts'
import { type FieldFault, Refusal, type RefusalCode } from '../core/refusal.ts'

/**
 * The one place where what went wrong becomes what a client is told: a refusal as it is, a query that is not one as
 * BAD_INPUT, anything else as INTERNAL under the request's id. Nothing of a cause gets out.
 */
export interface Translation {
  requestId: string
  /** Told of every error that is masked. */
  unexpected: (error: unknown) => void
}

/** Before anything ran; a query that ran answers 200 whatever its fields say. */
const statusOf: Record<RefusalCode, number> = {
  UNAUTHENTICATED: 401,
  FORBIDDEN: 403,
  NOT_FOUND: 404,
  BAD_INPUT: 400,
  CONFLICT: 409,
  LIMITED: 429,
}

interface HttpExtension {
  status?: number
  headers?: Record<string, string>
  /** GraphQL-over-HTTP answers these by 200 to those who accept application/json. */
  spec?: boolean
}

export function translate(
  error: GraphQLError,
  ran: boolean,
  { requestId, unexpected }: Translation,
): GraphQLError {
  const refusal = refusalOf(error, ran)
  const given: HttpExtension | undefined = error.extensions['http']
  if (!refusal) {
    unexpected(error.originalError ?? error)
    const http = ran ? undefined : { status: 500, spec: false }
    return told(error, `Something went wrong on our side. Quote the request id ${requestId}.`, {
      code: 'INTERNAL',
      requestId,
      http,
    })
  }
  const { code, message, fields, retryAfterSeconds } = refusal
  const headers: Record<string, string> = {
    ...given?.headers,
    ...(retryAfterSeconds === undefined ? {} : { 'Retry-After': String(retryAfterSeconds) }),
    ...(code === 'UNAUTHENTICATED' && !ran ? { 'WWW-Authenticate': 'Bearer' } : {}),
  }
  // A fault that HTTP itself has a status for (405, 413, 415) keeps it.
  const transport = given?.spec === true || given?.status === 400 ? undefined : given?.status
  // What was never a request of GraphQL, such as a body that is no JSON, is 400 for everyone.
  const spec = given ? given.spec === true && !error.extensions['originalError'] : true
  const http = ran ? { headers } : { status: transport ?? statusOf[code], headers, spec }
  return told(error, message, { code, ...(code === 'BAD_INPUT' ? { fields } : {}), http })
}

const told = (error: GraphQLError, message: string, extensions: Record<string, unknown>) =>
  new GraphQLError(message, {
    ...(error.nodes ? { nodes: error.nodes } : {}),
    ...(error.source ? { source: error.source } : {}),
    ...(error.positions ? { positions: error.positions } : {}),
    ...(error.path ? { path: error.path } : {}),
    extensions: Object.fromEntries(Object.entries(extensions).filter(([, value]) => value !== undefined)),
  })

function refusalOf(error: GraphQLError, ran: boolean): Refusal | undefined {
  const cause = rootOf(error)
  if (cause instanceof Refusal) return cause
  const busy = busyRefusal(cause)
  if (busy) return busy
  if (cause instanceof GraphQLError && cause.extensions['code'] === 'REQUEST_ENTITY_TOO_LARGE')
    return new Refusal('LIMITED', 'The request is too large.')
  // What graphql-js says of a request is about the request; what it says of an answer is about us.
  if (cause instanceof GraphQLError && (!ran || ARGUMENT.test(error.message)))
    return new Refusal('BAD_INPUT', error.message, { fields: fieldsOf(error.message) })
  return undefined
}

function rootOf(error: unknown): unknown {
  return error instanceof GraphQLError && error.originalError ? rootOf(error.originalError) : error
}

const VARIABLE = /^Variable "\$(\w+)" has invalid value(?: at ([\w.[\]]+))?: (.*)$/s
const ARGUMENT =
  /^Argument "\w+\.\w+\((\w+):\)"(?: of type .*?)?(?: has invalid value)?(?: at ([\w.[\]]+))?:? (.*)$/s

/** Which input a message of graphql-js is about. */
function fieldsOf(message: string): FieldFault[] {
  const [, name, below, words] = VARIABLE.exec(message) ?? ARGUMENT.exec(message) ?? []
  if (!name || !words) return []
  const path = [name, ...(below?.split(/[.[\]]+/).filter(Boolean) ?? [])]
  return [{ path, message: words }]
}
