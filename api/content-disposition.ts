/** To be saved under that name. */
export const attachment = (name: string): string => `attachment; ${named(name)}`

/** To be shown or played where it is asked for, and saved under that name by whoever wants to. */
export const inline = (name: string): string => `inline; ${named(name)}`

/** For old clients in ASCII and for all others as RFC 8187 writes it. */
function named(name: string): string {
  const plain = name.replace(/[^\x20-\x7e]|["\\%]/g, '_')
  const encoded = encodeURIComponent(name.toWellFormed()).replace(
    /[!'()*]/g,
    character => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  )
  return `filename="${plain}"; filename*=UTF-8''${encoded}`
}
