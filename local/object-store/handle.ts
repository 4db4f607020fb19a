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
import type { Call, Reply, Run } from './operations/call.ts'
import { errorReply, respond } from './respond.ts'
import { findRoute } from './routes.ts'
import type { Storage } from './storage/storage.ts'

interface Handling {
  readonly storage: Storage
  readonly credentials: Credentials
  readonly faults: Faults
  /** Told of what is no S3 error, with its cause. */
  readonly onFailure: (error: unknown) => void
  readonly clock: () => number
}

/** A request that may be served, and what is to go wrong with it. */
interface Admitted {
  readonly run: Run
  readonly call: Call
  readonly fault: Fault | undefined
}

const unknownHeaders =
  /^x-amz-(copy-source|server-side-encryption|tagging|object-lock|website|grant|acl|mp-object-size)/

const admit = (
  { storage, credentials, faults, clock }: Handling,
  count: ReturnType<typeof countCalls>,
  request: IncomingMessage,
  beforeReading: () => void,
): Admitted => {
  const address = parseAddress(request.url ?? '/')
  const now = clock()
  const hash = verifySignature(request, address, credentials, now)
  const { operation, run } = findRoute(request.method ?? '', address)
  const { headers } = request
  const unknown = Object.keys(headers).find(name => unknownHeaders.test(name))
  if (unknown !== undefined)
    throw new S3Error('NotImplemented', `This object store does not know ${unknown}.`)
  const { bucket = '', key = '', query } = address
  const part = query.get('partNumber')
  const partNumber = part === undefined ? undefined : Number(part)
  const nth = count(operation)
  const fault = faults({ operation, nth, bucket, key, partNumber })
  const faultOf = (one: string) =>
    fault ? undefined : faults({ operation, nth, bucket, key: one, partNumber })
  const payload = (): Payload => {
    const opened = openPayload(request, hash, beforeReading)
    return fault?.kind === 'slow body'
      ? { ...opened, chunks: slowed(opened.chunks, fault.bytesPerSecond) }
      : opened
  }
  return { run, fault, call: { bucket, key, query, headers, storage, now, payload, faultOf } }
}

const release = async (reply: Reply | undefined): Promise<void> => {
  if (typeof reply?.body === 'object') await reply.body.release()
}

/** Serves a request under its fault; 'drop' when the connection is to end without an answer. */
const serve = async ({ run, call, fault }: Admitted): Promise<Reply | 'drop'> => {
  if (fault?.kind === 'delay') await wait(fault.ms)
  if (fault?.kind !== 'drop' && fault?.kind !== 'error') return await run(call)
  if (fault.when === 'after') await release(await run(call))
  return fault.kind === 'drop' ? 'drop' : errorReply(fault.status, fault.code, 'A planned fault.')
}

type Handle = (request: IncomingMessage, response: ServerResponse, beforeReading: () => void) => Promise<void>

/** `beforeReading` is called once a request is found good and its body is wanted. */
export const handlerOf = (handling: Handling): Handle => {
  const count = countCalls()
  return async (request, response, beforeReading) => {
    let reply: Reply | undefined
    try {
      const admitted = admit(handling, count, request, beforeReading)
      const served = await serve(admitted)
      if (served === 'drop') {
        response.destroy()
        return
      }
      reply = served
      await respond(
        response,
        reply,
        admitted.fault?.kind === 'slow body' ? admitted.fault.bytesPerSecond : undefined,
      )
    } catch (error) {
      // A client that went away gets no answer; what it had begun is gone already.
      if (request.socket.destroyed) return
      const known = asS3Error(error)
      if (!(error instanceof S3Error)) handling.onFailure(error)
      if (response.headersSent) response.destroy()
      else await respond(response, errorReply(known.status, known.code, known.message, known.headers))
    } finally {
      await release(reply)
      // What is left of a refused body is read past, so that the client gets to read its answer.
      request.resume()
    }
  }
}
