import { keyAlgorithms } from '../../core/accounts/private-key/key-pair.ts'
import { privateKeyFormats } from '../../core/accounts/private-key/new-private-key.ts'
import { Refusal } from '../../core/refusal.ts'
import { findClaim, type WaitingClaim } from '../../core/setup/claims/find-claim.ts'
import { takeKey, takeToken } from '../../core/setup/claims/take-claim.ts'
import type { Services } from '../../schema/index.ts'
import { readWithin, TooLarge } from '../body.ts'
import { deadLink } from './dead-link.ts'
import { html } from './html.ts'
import { type KeyChoice, offerKey, showKey } from './key-pages.ts'
import { page } from './page.ts'
import { offerToken, showToken } from './token-pages.ts'

export type ClaimParts = Pick<Services, 'database' | 'sftp' | 'clock' | 'publicUrl'>

/**
 * Pages of a claim link. GET says what it is and changes nothing, since mail scanners open links; the button POSTs to
 * the same address, makes the secret and shows it. No cookie is involved: the address itself is what a caller has.
 */
export async function answerClaim(
  request: Request,
  secret: string,
  address: string,
  parts: ClaimParts,
): Promise<Response> {
  const { method } = request
  if (method !== 'GET' && method !== 'HEAD' && method !== 'POST')
    return page(405, 'This is a page to be opened', html`<p>Open the link in a browser.</p>`, {
      Allow: 'GET, HEAD, POST',
    })
  const waiting = await findClaim(parts.database, secret, parts.clock())
  if (!waiting) return deadLink()
  const response = method === 'POST' ? await take(request, waiting, address, parts) : offer(waiting, parts)
  return method === 'HEAD' ? new Response(null, response) : response
}

function offer(waiting: WaitingClaim, { sftp }: ClaimParts): Response {
  const { claim, timeZone } = waiting
  const time = new Intl.DateTimeFormat('en-GB', { dateStyle: 'full', timeStyle: 'short', timeZone })
  const expires = `${time.format(claim.expiresAt)} (${timeZone})`
  return claim.kind === 'SSH_KEY' ? offerKey(waiting, sftp, expires) : offerToken(waiting, expires)
}

async function take(
  request: Request,
  waiting: WaitingClaim,
  address: string,
  parts: ClaimParts,
): Promise<Response> {
  const { database, sftp, publicUrl, clock } = parts
  // Another site's page that somehow knows the link cannot press the button for whoever looks at it.
  if (!['same-origin', 'none', null].includes(request.headers.get('sec-fetch-site')))
    return page(
      403,
      'Press the button on the page itself',
      html`<p>Open the link, then press its button.</p>`,
    )
  if (waiting.claim.kind === 'ADMIN_TOKEN') {
    const token = await takeToken(database, waiting.claim, { address }, clock())
    return token === undefined ? deadLink() : showToken(waiting, `${publicUrl()}/graphql`, token)
  }
  const choice = await choiceOf(request)
  if (!choice)
    return page(
      400,
      'This is no choice of the page',
      html`<p>Go back, choose, and press the button again.</p>`,
    )
  try {
    const made = await takeKey(database, waiting.claim, { ...choice, address }, clock())
    if (!made) return deadLink()
    const { privateKey, key } = made
    return showKey(waiting, sftp, choice, { privateKey, fingerprint: key.fingerprint })
  } catch (error) {
    if (error instanceof Refusal && error.code === 'LIMITED') return tooBusy(error)
    throw error
  }
}

const tooBusy = ({ retryAfterSeconds = 10 }: Refusal): Response =>
  page(
    429,
    'Many keys are being made at this moment',
    html`<p class="lead">Nothing was made, and the link works as before. Go back and press the button again in a few seconds, or choose Ed25519, which takes no time.</p>`,
    { 'Retry-After': String(retryAfterSeconds) },
  )

const MOST_BYTES = 4_096

/** What was chosen; what the form left out is as it is preset. None when it is no choice of ours. */
async function choiceOf(request: Request): Promise<KeyChoice | undefined> {
  let body: string
  try {
    body = new TextDecoder().decode(await readWithin(request, MOST_BYTES))
  } catch (error) {
    if (error instanceof TooLarge) return undefined
    throw error
  }
  const fields = new URLSearchParams(body)
  const format = privateKeyFormats.find(value => value === (fields.get('format') ?? 'OPENSSH'))
  const algorithm = keyAlgorithms.find(value => value === (fields.get('algorithm') ?? 'ED25519'))
  return format && algorithm && { format, algorithm }
}
