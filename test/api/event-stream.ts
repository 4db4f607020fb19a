/** The events of a subscription, one by one, as a browser's EventSource takes them. */
export interface EventStream {
  response: Response
  /** What the next event answers, or that there is none any more. */
  next: <T = Record<string, never>>() => Promise<T | 'complete'>
  leave: () => Promise<void>
}

export async function openEvents(
  send: (request: Request) => Promise<Response>,
  url: string,
  token: string,
  query: string,
  variables: Record<string, unknown> = {},
): Promise<EventStream> {
  const response = await send(
    new Request(url, {
      method: 'POST',
      headers: {
        accept: 'text/event-stream',
        'content-type': 'application/json',
        authorization: `Bearer ${token}`,
      },
      body: JSON.stringify({ query, variables }),
    }),
  )
  const reader = (response.body as ReadableStream<Uint8Array<ArrayBuffer>>)
    .pipeThrough(new TextDecoderStream())
    .getReader()
  let text = ''
  return {
    response,
    async next<T>() {
      for (;;) {
        const [, name, data = ''] = /event: (\w+)\ndata:(.*)\n\n/.exec(text) ?? []
        if (name) {
          text = text.slice(text.indexOf('\n\n', text.indexOf('event:')) + 2)
          if (name === 'complete') return 'complete' as const
          const { data: answer, errors } = JSON.parse(data) as { data?: Record<string, T>; errors?: unknown }
          if (errors || !answer) throw new Error(JSON.stringify(errors))
          return Object.values(answer)[0] as T
        }
        const { done, value } = await reader.read()
        if (done) return 'complete' as const
        text += value
      }
    },
    leave: () => reader.cancel(),
  }
}
