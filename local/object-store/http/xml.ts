/** A tree to be written as XML: text, or elements by name (a list repeats its element, undefined leaves it out). */
type XmlValue = string | number | boolean | undefined | XmlElements | readonly XmlValue[]
export interface XmlElements {
  readonly [name: string]: XmlValue
}

const named: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }

// Control characters cannot stand in XML 1.0; S3 writes them as references all the same, and its clients read them.
// oxlint-disable-next-line no-control-regex
const special = /[&<>"\u0000-\u001f\u007f\ufffe\uffff]/g

const escapeText = (text: string): string =>
  text.replaceAll(special, c => named[c] ?? `&#x${c.charCodeAt(0).toString(16)};`)

const element = (name: string, value: XmlValue): string => {
  if (value === undefined) return ''
  if (Array.isArray(value)) return value.map(one => element(name, one)).join('')
  if (typeof value === 'object') return `<${name}>${elements(value as XmlElements)}</${name}>`
  return `<${name}>${escapeText(String(value))}</${name}>`
}

const elements = (tree: XmlElements): string =>
  Object.entries(tree)
    .map(([name, value]) => element(name, value))
    .join('')

export const xmlDocument = (root: string, tree: XmlElements): string => {
  const namespace = root === 'Error' ? '' : ' xmlns="http://s3.amazonaws.com/doc/2006-03-01/"'
  return `<?xml version="1.0" encoding="UTF-8"?>\n<${root}${namespace}>${elements(tree)}</${root}>`
}
