import { randomBytes } from 'node:crypto'
import { expect, test } from 'vitest'
import { createLinks } from '../../../core/access/links.ts'
import { fc } from '../../support/properties.ts'

const now = new Date('2026-05-01T12:00:00Z')
const links = createLinks(Buffer.alloc(32, 7), () => 'https://api.test')
const signedPart = (url: string) => url.slice('https://api.test/download/'.length)

const issuedTo = fc.record({ tokenId: fc.uuid(), name: fc.string(), staff: fc.boolean() })
const named = { tenantId: fc.uuid(), id: fc.uuid(), issuedTo }
const words = fc.option(fc.string(), { nil: null })
const target = fc.oneof(
  fc.record({ kind: fc.constantFrom('rejected' as const, 'certificate' as const), ...named }),
  fc.record({ kind: fc.constant('file' as const), use: fc.uuid(), ...named }),
  fc.record({
    kind: fc.constant('play' as const),
    use: fc.uuid(),
    onBehalfOf: words,
    reason: words,
    ...named,
  }),
)

const someFile = () => ({
  kind: 'file' as const,
  use: crypto.randomUUID(),
  tenantId: crypto.randomUUID(),
  id: crypto.randomUUID(),
  issuedTo: { tokenId: crypto.randomUUID(), name: 'reader', staff: false },
})

test('a link opens what it names', () => {
  fc.assert(
    fc.property(target, named => {
      expect(links.open(signedPart(links.sign(named, now)), now)).toEqual(named)
    }),
  )
})

test('no change of any character opens anything', () => {
  fc.assert(
    fc.property(target, fc.nat(), fc.stringMatching(/^[\w.-]$/), (named, at, other) => {
      const signed = signedPart(links.sign(named, now))
      const index = at % signed.length
      fc.pre(signed[index] !== other)
      expect(links.open(signed.slice(0, index) + other + signed.slice(index + 1), now)).toBeUndefined()
    }),
    { numRuns: 2_000 },
  )
})

test('a link lives for fifteen minutes', () => {
  const signed = signedPart(links.sign(someFile(), now))
  const after = (seconds: number) => links.open(signed, new Date(+now + seconds * 1_000))
  expect(after(15 * 60 - 1)).toBeDefined()
  expect(after(15 * 60)).toBeUndefined()
})

test("another master key's links open nothing, nor does noise", () => {
  const others = createLinks(randomBytes(32), () => 'https://api.test')
  expect(links.open(signedPart(others.sign(someFile(), now)), now)).toBeUndefined()
  fc.assert(fc.property(fc.string(), noise => links.open(noise, now) === undefined))
})

test('an address tells nothing of what it opens', () => {
  const play = {
    ...someFile(),
    kind: 'play' as const,
    use: crypto.randomUUID(),
    onBehalfOf: 'Ann Example',
    reason: 'complaint 17',
  }
  const address = links.sign(play, now)
  for (const word of [play.tenantId, play.id, play.issuedTo.tokenId, 'Ann', 'complaint'])
    expect(Buffer.from(signedPart(address), 'base64url').includes(word)).toBe(false)
})
