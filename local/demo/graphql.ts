/** Asks the API as one token; throws with the answer's own words when it refuses. */
export type Ask = <T>(query: string, variables?: Record<string, unknown>) => Promise<T>

export const askAs =
  (url: string, token: string): Ask =>
  async <T>(query: string, variables: Record<string, unknown> = {}) => {
    const response = await fetch(url, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ query, variables }),
    })
    const answer = (await response.json()) as { data?: T; errors?: { message: string }[] }
    if (answer.errors || !answer.data)
      throw new Error(
        `The API refused: ${answer.errors?.map(error => error.message).join(' ') ?? response.status}`,
      )
    return answer.data
  }

/** The events of a subscription, as server-sent events bring them. */
export async function* subscribe<T>(
  url: string,
  token: string,
  query: string,
  variables: Record<string, unknown>,
): AsyncGenerator<T, void, undefined> {
  const response = await fetch(url, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${token}`,
      'content-type': 'application/json',
      accept: 'text/event-stream',
    },
    body: JSON.stringify({ query, variables }),
  })
  if (!response.body) throw new Error('The API sent no events.')
  let text = ''
  for await (const chunk of response.body.pipeThrough(new TextDecoderStream())) {
    text += chunk
    const events = text.split('\n\n')
    text = events.pop() ?? ''
    for (const event of events) {
      const data = event.match(/^data: ?(.+)$/m)?.[1]
      if (data && /^event: ?next$/m.test(event)) yield (JSON.parse(data) as { data: T }).data
    }
  }
}
