/**
 * Text as PostgreSQL can keep it: cells quoted in problems and rejections may hold a NUL, which it has no way to
 * store, or half of a character that was cut.
 */
export const storableText = (text: string): string => text.replaceAll('\0', '\u2400').toWellFormed()

export const storable = <T>(value: T): T & Record<string, unknown> & Record<string, unknown>[] =>
  JSON.parse(
    JSON.stringify(value, (_, inner: unknown) => (typeof inner === 'string' ? storableText(inner) : inner)),
  )
