/** A piece of a page. Only `html` makes one, so that whatever else stands in a page was escaped on its way in. */
export class Html {
  readonly text: string

  constructor(text: string) {
    this.text = text
  }
}

type Value = string | number | Html | readonly Html[] | null

/** `html`<b>${name}</b>`` escapes what is put in, and takes other pieces as they are; null is nothing. */
export const html = (parts: TemplateStringsArray, ...values: Value[]): Html =>
  new Html(parts.reduce((page, part, index) => page + written(values[index - 1] ?? null) + part))

function written(value: Value): string {
  if (value === null) return ''
  if (value instanceof Html) return value.text
  if (typeof value === 'object') return value.map(piece => piece.text).join('')
  return String(value).replace(/[&<>"']/g, character => `&#${character.charCodeAt(0)};`)
}
