/** The token of an Authorization header; none when there is no header, `malformed` when it is of another kind. */
export function bearerOf(header: string | null): { token: string } | 'malformed' | undefined {
  if (header === null) return undefined
  const [, token] = /^Bearer +([\w.~+/=-]{1,512})$/i.exec(header.trim()) ?? []
  return token === undefined ? 'malformed' : { token }
}
