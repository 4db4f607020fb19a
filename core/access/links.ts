import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto'
import type { Caller } from './roles.ts'

/** Whom a link was made for: it opens nothing any more once their token does not. */
export interface IssuedTo {
  tokenId: string
  /** The token's name. */
  name: string
  staff: boolean
}

/**
 * What a link opens.
 *
 * file         an uploaded file; `use` as with play, for the file may be a recording
 * rejected     the CSV of an import's rejected rows
 * sample       a sample of a set-up request; `id` is its object
 * certificate  of a retention run or an erasure; `id` is the certificate's object
 * play         a recording; `use` names this link in the record of who listened
 */
export type LinkTarget = { tenantId: string; id: string; issuedTo: IssuedTo } & (
  | { kind: 'rejected' | 'sample' | 'certificate' }
  | { kind: 'file'; use: string }
  | { kind: 'play'; use: string; onBehalfOf: string | null; reason: string | null }
)

/**
 * Links that need no token: short-lived, bound to the one thing they name and to whoever asked for it. What they say is
 * sealed with a key made from the master key, so that an address in a log or a history tells nothing.
 */
export interface Links {
  /** An address under `/download/`. */
  sign(target: LinkTarget, now: Date): string
  /** None when it is altered or expired: the same answer for both. */
  open(sealed: string, now: Date): LinkTarget | undefined
}

export const issuedTo = ({ tokenId, name, role }: Caller): IssuedTo => ({
  tokenId,
  name,
  staff: role === 'STAFF',
})

const LIFE_SECONDS = 15 * 60
const NONCE_BYTES = 12
const TAG_BYTES = 16

export function createLinks(masterKey: Uint8Array, publicUrl: () => string): Links {
  const key = Buffer.from(hkdfSync('sha256', masterKey, '', 'nightdrop download links 2', 32))
  return {
    sign(target, now) {
      const nonce = randomBytes(NONCE_BYTES)
      const cipher = createCipheriv('aes-256-gcm', key, nonce)
      const expires = Math.floor(+now / 1_000) + LIFE_SECONDS
      const body = Buffer.concat([cipher.update(JSON.stringify({ expires, target })), cipher.final()])
      const sealed = Buffer.concat([nonce, body, cipher.getAuthTag()])
      return `${publicUrl()}/download/${sealed.toString('base64url')}`
    },
    open(sealed, now) {
      const bytes = Buffer.from(sealed, 'base64url')
      // Only the one way to write these bytes counts: the last character has bits to spare.
      if (bytes.length <= NONCE_BYTES + TAG_BYTES || bytes.toString('base64url') !== sealed) return undefined
      const text = opened(key, bytes)
      if (text === undefined) return undefined
      const { expires, target } = JSON.parse(text) as { expires: number; target: LinkTarget }
      return expires * 1_000 > +now ? target : undefined
    },
  }
}

function opened(key: Buffer, bytes: Buffer): string | undefined {
  const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, NONCE_BYTES), {
    authTagLength: TAG_BYTES,
  })
  decipher.setAuthTag(bytes.subarray(-TAG_BYTES))
  try {
    return (
      decipher.update(bytes.subarray(NONCE_BYTES, -TAG_BYTES), undefined, 'utf8') + decipher.final('utf8')
    )
  } catch {
    return undefined
  }
}
