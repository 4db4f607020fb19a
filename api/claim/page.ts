import { createHash } from 'node:crypto'
import { Html, html } from './html.ts'
import { styles } from './styles.ts'

const styleHash = createHash('sha256').update(styles).digest('base64')

/** Nothing runs, nothing is fetched, nobody frames it, nobody keeps it, and nobody is told where a visitor came from. */
const headers = {
  'Content-Type': 'text/html; charset=utf-8',
  'Content-Security-Policy': `default-src 'none'; style-src 'sha256-${styleHash}'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'`,
  'Cache-Control': 'private, no-store',
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
  'X-Robots-Tag': 'noindex, nofollow',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
}

const mark = html`<svg viewBox="0 0 24 24" aria-hidden="true"><path d="M12 1.5c4 5.2 7 9 7 13a7 7 0 1 1-14 0c0-4 3-7.8 7-13zm1.8 8.3a5.2 5.2 0 1 0 2.7 6.9 4.3 4.3 0 0 1-2.7-6.9z"/></svg>`

/** A whole page of ours as an answer. */
export function page(status: number, title: string, body: Html, more: Record<string, string> = {}): Response {
  const text = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title} · Nightdrop</title>
<style>${new Html(styles)}</style>
</head>
<body>
<header>${mark} Nightdrop</header>
<main>
<h1>${title}</h1>
${body}
</main>
<footer>Nightdrop takes a contact centre's nightly exports by SFTP. Nobody from Nightdrop will ever ask you for this page's link or for a private key.</footer>
</body>
</html>
`.text
  return new Response(text, { status, headers: { ...headers, ...more } })
}
