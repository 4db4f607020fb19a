import type { Answer } from '../api-room.ts'
import { type Call, type Outcome, Upload, writtenCall } from './call.ts'

export interface Asked {
  outcome: Outcome
  /** What was told, to compare its words. */
  told: unknown
}

/** How long a stream may be silent before it counts as open: nothing may have happened to tell of. */
const SILENCE_MS = 250

/** One call of a root field over HTTP, with ids put in already. */
export async function ask(
  url: string,
  token: string | undefined,
  name: string,
  call: Call,
  values: Record<string, unknown>,
): Promise<Asked> {
  const { variables, field } = writtenCall(name, call)
  const operation = name.split('.')[0]?.toLowerCase()
  const query = `${operation} ${variables ? `(${variables})` : ''} { answer: ${field} }`
  return await send(url, token, query, values)
}

export async function send(
  url: string,
  token: string | undefined,
  query: string,
  values: Record<string, unknown>,
): Promise<Asked> {
  const gone = new AbortController()
  const { body, headers } = written(query, values)
  const response = await fetch(url, {
    method: 'POST',
    signal: gone.signal,
    headers: {
      ...headers,
      accept: 'application/json, text/event-stream;q=0.9',
      ...(token ? { authorization: `Bearer ${token}` } : {}),
    },
    body,
  })
  if (!response.headers.get('content-type')?.startsWith('text/event-stream'))
    return asked((await response.json()) as Answer)
  const first = await firstEvent(response)
  gone.abort()
  return first ? asked(first) : { outcome: 'data', told: undefined }
}

/** As JSON, or as graphql-multipart-request-spec has it when files go along. */
function written(query: string, variables: Record<string, unknown>) {
  const uploads = uploadsIn(variables, 'variables')
  if (uploads.length === 0)
    return { body: JSON.stringify({ query, variables }), headers: { 'content-type': 'application/json' } }
  const body = new FormData()
  const blank = (_: string, value: unknown) => (value instanceof Upload ? null : value)
  body.set('operations', JSON.stringify({ query, variables }, blank))
  body.set('map', JSON.stringify(Object.fromEntries(uploads.map(({ path }, index) => [index, [path]]))))
  for (const [index, { upload }] of uploads.entries())
    body.set(String(index), new Blob([upload.content]), upload.name)
  return { body, headers: {} }
}

function uploadsIn(value: unknown, path: string): { path: string; upload: Upload }[] {
  if (value instanceof Upload) return [{ path, upload: value }]
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, inner]) => uploadsIn(inner, `${path}.${key}`))
}

async function firstEvent(response: Response): Promise<Answer | undefined> {
  const reader = (response.body as ReadableStream<Uint8Array<ArrayBuffer>>)
    .pipeThrough(new TextDecoderStream())
    .getReader()
  const silence = new Promise<undefined>(resolve => setTimeout(resolve, SILENCE_MS))
  let text = ''
  for (;;) {
    const read = reader.read()
    read.catch(() => {})
    const got = await Promise.race([read, silence])
    if (!got || got.done) return undefined
    text += got.value
    const [, data] = /^event: next\ndata: ?(.*)$/m.exec(text) ?? []
    if (data) return JSON.parse(data) as Answer
  }
}

function asked({ data, errors }: Answer): Asked {
  if (errors) {
    const codes = errors.map(error => String(error.extensions['code']))
    return { outcome: codes.join(' '), told: errors }
  }
  const answer: unknown = data?.['answer']
  const nothing =
    answer === null || (Array.isArray(answer) && answer.length > 0 && answer.every(one => one === null))
  return { outcome: nothing ? 'null' : 'data', told: answer }
}
