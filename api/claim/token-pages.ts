import type { WaitingClaim } from '../../core/setup/claims/find-claim.ts'
import { html } from './html.ts'
import { page } from './page.ts'

/** What the link is about, and the button. Opening it changes nothing. */
export function offerToken({ claim, tenantName }: WaitingClaim, expires: string): Response {
  return page(
    200,
    `An administrator's token for ${tenantName}`,
    html`<p class="lead">With this token you set up and read everything that belongs to ${tenantName}. It is shown to you once; not even we can show it again.</p>
<dl>
<dt>Token for</dt><dd>${claim.name}</dd>
<dt>Role</dt><dd>Administrator</dd>
<dt>Link works until</dt><dd>${expires}, once</dd>
</dl>
<form method="post">
<button class="button" type="submit">Make my token and show it</button>
<p class="hint">Have a safe place ready, such as your password manager.</p>
</form>`,
  )
}

/** The token itself, this once, and a first call with it. */
export function showToken({ claim, tenantName }: WaitingClaim, endpoint: string, token: string): Response {
  const query = '{"query":"{ viewer { name role tenant { name } } }"}'
  return page(
    200,
    'Your token',
    html`<p class="note" role="status">Save it now. It is not shown again, and this link works no more.</p>
<pre class="secret short" tabindex="0" aria-label="Token">${token}</pre>
<p class="hint">One click selects all of it.</p>
<dl>
<dt>Token for</dt><dd>${claim.name}</dd>
<dt>Tenant</dt><dd>${tenantName}</dd>
<dt>Endpoint</dt><dd class="code">${endpoint}</dd>
</dl>
<h2>A first call</h2>
<pre>curl ${endpoint} \\
  -H 'Authorization: Bearer &lt;your token&gt;' \\
  -H 'Content-Type: application/json' \\
  -d '${query}'</pre>
<h2>If it gets lost</h2>
<p>Ask for another invitation, and have this token revoked.</p>`,
  )
}
