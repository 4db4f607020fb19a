import { ifRangeHolds, readRange } from './range.ts'

/** Bytes that can be answered whole or in part. */
export interface Answerable {
  size: number
  /** With its quotes, a strong one. */
  etag: string
  /** Of an answer that has bytes: media type, disposition, what may be done with them. */
  headers: Record<string, string>
  /** Called once, and only when bytes are to be answered. */
  stream: (start: number, end: number) => ReadableStream<Uint8Array> | Promise<ReadableStream<Uint8Array>>
}

/** GET and HEAD by RFC 9110: the whole, the one range that is asked for, or 416. HEAD reads nothing and knows no ranges. */
export async function answerBytes(
  request: Request,
  { size, etag, headers: given, stream }: Answerable,
): Promise<Response> {
  const headers = new Headers({ ...given, 'Accept-Ranges': 'bytes', ETag: etag })
  const asked = request.method !== 'HEAD' && ifRangeHolds(request.headers.get('If-Range'), etag)
  const range = asked ? readRange(request.headers.get('Range'), size) : undefined
  if (range === 'unsatisfiable') {
    headers.set('Content-Range', `bytes */${size}`)
    headers.delete('Content-Disposition')
    headers.set('Content-Type', 'text/plain; charset=utf-8')
    return new Response(`The file has ${size} bytes.\n`, { status: 416, headers })
  }
  const { start, end } = range ?? { start: 0, end: size }
  headers.set('Content-Length', String(end - start))
  if (range) headers.set('Content-Range', `bytes ${start}-${end - 1}/${size}`)
  const body = request.method === 'HEAD' ? null : await stream(start, end)
  return new Response(body, { status: range ? 206 : 200, headers })
}
