/** Of every answer under `/download/`: nobody keeps it, and no browser takes it for a page. */
export const always = {
  'Cache-Control': 'private, no-store',
  'X-Content-Type-Options': 'nosniff',
  'Content-Security-Policy': "default-src 'none'; sandbox",
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Referrer-Policy': 'no-referrer',
}

/**
 * Of what a page of another origin plays: its own policy may ask for the one header, and a player that was told
 * `crossorigin` for the others. Whoever has a link has its bytes; no cookie stands behind it.
 */
export const fromAnywhere = {
  'Cross-Origin-Resource-Policy': 'cross-origin',
  'Access-Control-Allow-Origin': '*',
  'Access-Control-Expose-Headers': 'Accept-Ranges, Content-Disposition, Content-Length, Content-Range, ETag',
}

/** Of what a tab of a browser may play by itself: the page it makes around the bytes loads them again, and nothing else. */
export const forATab = { 'Content-Security-Policy': "default-src 'none'; media-src 'self'; sandbox" }

/** An answer in words, which scripts of any page may read: a player is not told why it got nothing. */
export const line = (status: number, words: string, headers: Record<string, string> = {}): Response =>
  new Response(`${words}\n`, {
    status,
    headers: { ...always, ...fromAnywhere, 'Content-Type': 'text/plain; charset=utf-8', ...headers },
  })

/** To browsers that ask before they send a Range. */
export const beforehand = (): Response =>
  new Response(null, {
    status: 204,
    headers: {
      ...fromAnywhere,
      'Access-Control-Allow-Methods': 'GET, HEAD',
      'Access-Control-Allow-Headers': 'Range, If-Range',
      'Access-Control-Max-Age': '7200',
    },
  })
