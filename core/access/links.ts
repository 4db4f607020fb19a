import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto'

/** What a link opens: a stored file, or the CSV of an import's rejected rows. */
export interface LinkTarget {
  kind: 'file' | 'rejected'
  tenantId: string
  id: string
}

/**
 * Links that need no token: short-lived, bound to the one thing they name, signed with a key made from the master
 * key. Whoever has one can read that thing until it expires, and nothing else.
 */
export interface Links {
  /** An address under `/download/`. */
  sign(target: LinkTarget, now: Date): string
  /** None when it is altered or expired: the same answer for both. */
  open(signed: string, now: Date): LinkTarget | undefined
}

const LIFE_SECONDS = 15 * 60

const kinds = { f: 'file', r: 'rejected' } as const

/** The parts before the signature, of fixed sizes: kind, expiry in seconds, tenant, id. */
const FORM = /^([fr])([0-9a-z]{1,9})\.([0-9a-f]{32})([0-9a-f]{32})\.([\w-]{43})$/

export function createLinks(masterKey: Uint8Array, publicUrl: () => string): Links {
  const key = Buffer.from(hkdfSync('sha256', masterKey, '', 'nightdrop download links 1', 32))
  const signatureOf = (named: string) => createHmac('sha256', key).update(named).digest()
  return {
    sign({ kind, tenantId, id }, now) {
      const letter = kind === 'file' ? 'f' : 'r'
      const expiry = Math.floor(+now / 1_000) + LIFE_SECONDS
      const named = `${letter}${expiry.toString(36)}.${packed(tenantId)}${packed(id)}`
      return `${publicUrl()}/download/${named}.${signatureOf(named).toString('base64url')}`
    },
    open(signed, now) {
      const [, letter, expiry = '', tenantId = '', id = '', signature = ''] = FORM.exec(signed) ?? []
      if (letter !== 'f' && letter !== 'r') return undefined
      const given = Buffer.from(signature, 'base64url')
      const expected = signatureOf(signed.slice(0, -signature.length - 1))
      // The last character of the text has bits to spare: only the one way to write it counts.
      if (given.length !== expected.length || given.toString('base64url') !== signature) return undefined
      if (!timingSafeEqual(given, expected)) return undefined
      if (Number.parseInt(expiry, 36) * 1_000 <= +now) return undefined
      return { kind: kinds[letter], tenantId: unpacked(tenantId), id: unpacked(id) }
    },
  }
}

const packed = (uuid: string) => uuid.replaceAll('-', '')

const unpacked = (hex: string) => hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
