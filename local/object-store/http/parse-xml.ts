import { S3Error } from './errors.ts'

/** An element of a request: its text, or its children; mixed content is refused. */
export interface XmlNode {
  readonly name: string
  readonly text: string
  readonly children: readonly XmlNode[]
}

const named: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }
const malformed = () =>
  new S3Error('MalformedXML', 'The XML is not well-formed, or not what this operation takes.')

const unescapeText = (text: string): string =>
  text.replaceAll(/&([^;&]*);?/g, (whole, name: string) => {
    if (!whole.endsWith(';')) throw malformed()
    const reference = /^#(?:x([0-9a-fA-F]{1,6})|(\d{1,7}))$/.exec(name)
    const point = reference ? Number.parseInt(reference[1] ?? reference[2] ?? '', reference[1] ? 16 : 10) : -1
    if (reference && point <= 0x10ffff) return String.fromCodePoint(point)
    const character = named[name]
    if (character === undefined) throw malformed()
    return character
  })

const token = /<\/([\w:.-]+)\s*>|<([\w:.-]+)((?:\s+[\w:.-]+\s*=\s*(?:"[^"<]*"|'[^'<]*'))*)\s*(\/?)>|([^<]+)/y

/** Elements, attributes (read past) and text. No comments, CDATA, processing instructions, document types or entities of one's own. */
export const parseXml = (source: string): XmlNode => {
  const root = { name: '', text: '', children: [] as XmlNode[] }
  const open = [root]
  token.lastIndex = /^\uFEFF?\s*(?:<\?xml[^?<>]*\?>)?\s*/.exec(source)?.[0].length ?? 0
  while (token.lastIndex < source.length) {
    const [match, closing, opening, , selfClosing, text] = token.exec(source) ?? []
    const top = open.at(-1)
    if (match === undefined || top === undefined || open.length > 8) throw malformed()
    if (text !== undefined) top.text += unescapeText(text)
    else if (closing !== undefined) {
      if (top.name !== closing || open.length === 1) throw malformed()
      if (top.children.length > 0 && top.text.trim() !== '') throw malformed()
      open.pop()
    } else if (opening !== undefined) {
      const node = { name: opening, text: '', children: [] as XmlNode[] }
      top.children.push(node)
      if (selfClosing === '') open.push(node)
    }
  }
  const [document] = root.children
  if (open.length > 1 || root.children.length !== 1 || document === undefined || root.text.trim() !== '')
    throw malformed()
  return document
}

export const childText = (node: XmlNode, name: string): string | undefined => {
  const found = node.children.filter(child => child.name === name)
  if (found.length > 1) throw malformed()
  return found[0]?.text
}
