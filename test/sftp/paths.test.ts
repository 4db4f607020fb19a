import { describe, expect, test } from 'vitest'
import { isBelow } from '../../core/files/paths.ts'
import { treePath } from '../../sftp/paths.ts'
import { fc } from '../support/properties.ts'

describe('a path', () => {
  test.each([
    ['.', '/'],
    ['', '/'],
    ['/', '/'],
    ['..', '/'],
    ['../../etc/passwd', '/etc/passwd'],
    ['/a/../../../b', '/b'],
    ['a//b/./c/', '/a/b/c'],
    ['...', '/...'],
    ['/a\\b', '/a\\b'],
    ['Mu\u0308ller.wav', '/M\u00fcller.wav'],
  ])('%j is %j', (raw, path) => {
    expect(treePath(Buffer.from(raw))).toBe(path)
  })

  test('never holds a dot segment, a double slash or a NUL, whatever is sent', () => {
    const piece = fc.constantFrom('..', '.', '', 'a', 'a..', '..a', ' ', 'é', '/')
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 30 }), pieces => {
        const path = treePath(Buffer.from(pieces.join('/')))
        expect(path.startsWith('/')).toBe(true)
        expect(path.split('/').some(segment => segment === '..' || segment === '.')).toBe(false)
        expect(path).not.toMatch(/\/\/|.\/$/)
        expect(treePath(Buffer.from(path))).toBe(path)
      }),
    )
  })

  test.each([
    ['NUL', Buffer.from('a\0b')],
    ['a line break', Buffer.from('a\nb')],
    ['bytes that are no UTF-8', Buffer.from([0x61, 0xff])],
    ['a name of 256 bytes', Buffer.from('x'.repeat(256))],
    ['a path of 5,000 bytes', Buffer.from('x/'.repeat(2500))],
  ])('with %s is refused', (_, raw) => {
    expect(() => treePath(raw)).toThrow(expect.objectContaining({ name: 'Refusal' }))
  })

  test('below a folder is not one that only begins alike', () => {
    expect(isBelow('/a/b', '/a')).toBe(true)
    expect(isBelow('/ab', '/a')).toBe(false)
    expect(isBelow('/a', '/a')).toBe(false)
    expect(isBelow('/a', '/')).toBe(true)
  })
})
