import { describe, expect, test } from 'vitest'
import { childText, parseXml } from '../../../local/object-store/http/parse-xml.ts'
import { xmlDocument } from '../../../local/object-store/http/xml.ts'

describe('the XML of a request', () => {
  test('is read back as it was written', () => {
    const text = xmlDocument('List', { Key: ['a & b', ' <c> ', '"d"', 'e\u0001\r\n', '🎧 '], Empty: '' })
    const list = parseXml(text)
    expect(list.children.filter(({ name }) => name === 'Key').map(node => node.text)).toEqual([
      'a & b',
      ' <c> ',
      '"d"',
      'e\u0001\r\n',
      '🎧 ',
    ])
    expect(childText(list, 'Empty')).toBe('')
    expect(childText(list, 'Nothing')).toBeUndefined()
  })

  test('may be indented, and have a declaration and attributes', () => {
    const list = parseXml(`<?xml version="1.0"?>\n<L xmlns='urn:x'>\n  <A>1</A>\n  <B/>\n</L>\n`)
    expect(list.children.map(({ name, text }) => [name, text])).toEqual([
      ['A', '1'],
      ['B', ''],
    ])
  })

  test.each([
    '',
    'text',
    '<a>',
    '</a>',
    '<a></b>',
    '<a/><b/>',
    '<a>1<b/></a>',
    '<a>&unknown;</a>',
    '<a>& </a>',
    '<a>&#x110000;</a>',
    '<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>',
    '<a><!-- --></a>',
    '<a><![CDATA[x]]></a>',
    '<a b=c></a>',
    '<a>'.repeat(20) + '</a>'.repeat(20),
  ])('is refused when it is not what we take: %s', text => {
    expect(() => parseXml(text)).toThrow('not well-formed')
  })
})
