import { refuseEarly } from './early-refusal.ts'

/** What answers of GraphQL are written in. */
const WRITTEN = [
  'application/json',
  'application/graphql-response+json',
  'text/event-stream',
  'multipart/mixed',
]

/** None where an answer can be written as asked for; looked at before anything runs, so that no change goes unanswered. */
export function refuseAccept(request: Request): Response | undefined {
  const asked = (request.headers.get('accept') ?? '*/*')
    .split(',')
    .map(type => type.split(';', 1)[0]?.trim().toLowerCase() ?? '')
  const fits = (type: string) =>
    WRITTEN.some(written => type === '*/*' || type === written || type === `${written.split('/', 1)[0]}/*`)
  return asked.some(fits) ? undefined : refuseEarly(request, 406, 'BAD_INPUT', words[406], {}, { fields: [] })
}

/** An answer in words where there was only a status: what was asked is in no media type that is read, or answered. */
export function inWords(request: Request, response: Response): Response {
  const { status } = response
  if (status !== 406 && status !== 415) return response
  return refuseEarly(request, status, 'BAD_INPUT', words[status], {}, { fields: [] })
}

const words = {
  406: 'Accept application/json, application/graphql-response+json or, for subscriptions, text/event-stream.',
  415: 'Send application/json or, with files, multipart/form-data.',
}
