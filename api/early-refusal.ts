/** Answers what fails before GraphQL is asked, in the media type that was asked for. */
export const refuseEarly = (
  request: Request,
  status: number,
  code: string,
  message: string,
  headers: Record<string, string>,
  extensions: object = {},
): Response =>
  Response.json(
    { errors: [{ message, extensions: { code, ...extensions } }] },
    { status, headers: { ...headers, 'Content-Type': mediaTypeFor(request), 'Cache-Control': 'no-store' } },
  )

const mediaTypeFor = (request: Request) =>
  request.headers.get('accept')?.includes('application/graphql-response+json')
    ? 'application/graphql-response+json; charset=utf-8'
    : 'application/json; charset=utf-8'
