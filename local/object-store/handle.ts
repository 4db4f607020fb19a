import type { IncomingMessage, ServerResponse } from 'node:http'
import { setTimeout as wait } from 'node:timers/promises'
import type { Fault, Faults } from './faults.ts'
import { countCalls, slowed } from './faults.ts'
import { parseAddress } from './http/address.ts'
import { asS3Error, S3Error } from './http/errors.ts'
import type { Payload } from './http/payload.ts'
import { openPayload } from './http/payload.ts'
import type { Credentials } from './http/signature.ts'
import { verifySignature } from './http/signature.ts'
import type { Reply } from './operations/call.ts'
import { errorReply, respond } from './respond.ts'
import { findRoute } from './routes.ts'
import type { Storage } from './storage/storage.ts'

export interface Handling {
  readonly storage: Storage
  readonly credentials: Credentials
  readonly faults: Faults
  /** Told of what is no S3 error, with its cause. */
  readonly onFailure: (error: unknown) => void
  readonly clock: () => number
}

const unknownHeaders =
  /^x-amz-(copy-source|server-side-encryption|tagging|object-lock|website|grant|acl|mp-object-size)/

const slowPayload = (payload: Payload, bytesPerSecond: number): Payload => ({
  ...payload,
  chunks: slowed(payload.chunks, bytesPerSecond),
})

/** Authenticates a request, meets its fault if one is planned, runs its operation. Undefined: the connection is to be dropped. */
const answer = async (
  { storage, credentials, clock }: Handling,
  request: IncomingMessage,
  chooseFault: (
    found: ReturnType<typeof findRoute>,
    key: string,
    bucket: string,
    part: string | undefined,
  ) => Fault | undefined,
  beforeReading: () => void,
): Promise<{ reply: Reply | undefined; slow: number | undefined }> => {
  const address = parseAddress(request.url ?? '/')
  const now = clock()
  const hash = verifySignature(request, address, credentials, now)
  const found = findRoute(request.method ?? '', address)
  const unknown = Object.keys(request.headers).find(name => unknownHeaders.test(name))
  if (unknown !== undefined)
    throw new S3Error('NotImplemented', `This object store does not know ${unknown}.`)
  const { bucket = '', key = '', query } = address
  const fault = chooseFault(found, key, bucket, query.get('partNumber'))
  const slow = fault?.kind === 'slow body' ? fault.bytesPerSecond : undefined
  if (fault?.kind === 'delay') await wait(fault.ms)
  const late = fault?.kind === 'drop' || fault?.kind === 'error' ? (fault.when ?? 'before') : undefined
  const payload = () => {
    const opened = openPayload(request, hash, beforeReading)
    return slow === undefined ? opened : slowPayload(opened, slow)
  }
  const reply =
    late === 'before'
      ? undefined
      : await found.run({ bucket, key, query, headers: request.headers, storage, now, payload })
  if (late === undefined) return { reply, slow }
  if (typeof reply?.body === 'object') await reply.body.release()
  if (fault?.kind !== 'error') return { reply: undefined, slow }
  return { reply: errorReply(fault.status, fault.code, 'A planned fault.'), slow }
}

export const handlerOf = (handling: Handling) => {
  const count = countCalls()
  return async (
    request: IncomingMessage,
    response: ServerResponse,
    beforeReading: () => void,
  ): Promise<void> => {
    let reply: Reply | undefined
    try {
      const answered = await answer(
        handling,
        request,
        ({ operation }, key, bucket, part) =>
          handling.faults({
            operation,
            nth: count(operation),
            bucket,
            key,
            partNumber: part === undefined ? undefined : Number(part),
          }),
        beforeReading,
      )
      reply = answered.reply
      if (reply === undefined) response.destroy()
      else await respond(response, reply, answered.slow)
    } catch (error) {
      // A client that went away gets no answer; what it had begun is gone already.
      if (request.socket.destroyed) return
      const known = asS3Error(error)
      if (!(error instanceof S3Error)) handling.onFailure(error)
      if (response.headersSent) response.destroy()
      else await respond(response, errorReply(known.status, known.code, known.message, known.headers))
    } finally {
      if (typeof reply?.body === 'object') await reply.body.release()
      // What is left of a refused body is read past, so that the client gets to read its answer.
      request.resume()
    }
  }
}
