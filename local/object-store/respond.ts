import { randomUUID } from 'node:crypto'
import type { ServerResponse } from 'node:http'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { slowed } from './faults.ts'
import { xmlDocument } from './http/xml.ts'
import type { Reply } from './operations/call.ts'

export const errorReply = (
  status: number,
  code: string,
  message: string,
  headers: Readonly<Record<string, string>> = {},
): Reply => ({ status, headers, body: xmlDocument('Error', { Code: code, Message: message }) })

/** Sends an answer; streamed bodies go out at the reader's pace, or slower when a fault says so. */
export const respond = async (
  response: ServerResponse,
  { status, headers = {}, body }: Reply,
  bytesPerSecond?: number,
): Promise<void> => {
  response.statusCode = status
  response.setHeader('x-amz-request-id', randomUUID())
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value)
  if (body === undefined || typeof body === 'string') {
    const bytes = Buffer.from(body ?? '')
    if (bytes.length > 0) response.setHeader('content-type', 'application/xml')
    if (!response.hasHeader('content-length') && status !== 204 && status !== 304)
      response.setHeader('content-length', bytes.length)
    response.end(bytes)
    return
  }
  const chunks = bytesPerSecond === undefined ? body.chunks : slowed(body.chunks, bytesPerSecond)
  await pipeline(Readable.from(chunks, { objectMode: true, highWaterMark: 1 }), response)
}
