import { randomUUID } from 'node:crypto'
import type { ServerResponse } from 'node:http'
import { slowed } from './faults.ts'
import { xmlDocument } from './http/xml.ts'
import type { Reply } from './operations/call.ts'

export const errorReply = (
  status: number,
  code: string,
  message: string,
  headers: Readonly<Record<string, string>> = {},
): Reply => ({ status, headers, body: xmlDocument('Error', { Code: code, Message: message }) })

/** Waits until the bytes have left: the next ones may be read into the same buffer. */
const send = async (response: ServerResponse, chunk: Buffer): Promise<void> =>
  await new Promise((resolve, reject) => {
    const gone = () => reject(new Error('the client went away'))
    response.once('close', gone)
    response.write(chunk, error => {
      response.off('close', gone)
      if (error) reject(error)
      else resolve()
    })
  })

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
  for await (const chunk of chunks) await send(response, chunk)
  response.end()
}
