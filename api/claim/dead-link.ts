import { html } from './html.ts'
import { page } from './page.ts'

/** One answer, byte for byte, for a link that was used, one that expired and one that never was. */
export const deadLink = (): Response =>
  page(
    410,
    'This link is not valid, or not any more',
    html`<p class="lead">A link like this one works once, within 72 hours.</p>
<p>If you have used it, what it showed is not shown again. If you have not, somebody else may have: tell whoever sent it to you, so that what was taken can be revoked.</p>
<p>Either way, ask for a new link. An administrator can also make a key or a token without one.</p>`,
  )
