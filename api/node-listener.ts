import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { ReadableStream as WebStream } from 'node:stream/web'
import type { Handler } from './handler.ts'

/** The handler behind Node's own HTTP server: web-standard objects in and out, back-pressure both ways. */
export const nodeListener =
  (handler: Handler, failed: (error: unknown) => void): RequestListener =>
  (incoming, outgoing) => {
    answer(handler, incoming, outgoing).catch((error: unknown) => {
      if (!outgoing.destroyed && !isGone(error)) failed(error)
      outgoing.destroy()
    })
  }

async function answer(handler: Handler, incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
  const gone = new AbortController()
  outgoing.once('close', () => gone.abort())
  const request = requestOf(incoming, gone.signal)
  if (!request) {
    outgoing.writeHead(400).end('This is no address.\n')
    return
  }
  const response = await handler(request, incoming.socket.remoteAddress)
  outgoing.writeHead(response.status, [...response.headers].flat())
  if (response.body === null || incoming.method === 'HEAD') {
    outgoing.end()
    await response.body?.cancel()
    return
  }
  // Streams of events begin with silence: whoever waits for the headers must have them.
  outgoing.flushHeaders()
  await pipeline(Readable.fromWeb(response.body as WebStream, { highWaterMark: 65_536 }), outgoing)
}

function requestOf(incoming: IncomingMessage, signal: AbortSignal): Request | undefined {
  const method = incoming.method ?? 'GET'
  const path = incoming.url ?? '/'
  // `//host/x` would be another host's address.
  if (!path.startsWith('/') || path.startsWith('//')) return undefined
  try {
    const headers = new Headers()
    for (let at = 0; at < incoming.rawHeaders.length; at += 2)
      headers.append(incoming.rawHeaders[at] ?? '', incoming.rawHeaders[at + 1] ?? '')
    const body = method === 'GET' || method === 'HEAD' ? null : Readable.toWeb(incoming)
    return new Request(new URL(path, 'http://localhost'), {
      method,
      headers,
      signal,
      ...(body ? { body: body as BodyInit, duplex: 'half' } : {}),
    })
  } catch {
    return undefined
  }
}

const isGone = (error: unknown) =>
  error instanceof Error &&
  ['ERR_STREAM_PREMATURE_CLOSE', 'ABORT_ERR'].includes((error as { code?: string }).code ?? '')
