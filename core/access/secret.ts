import { createHash, randomBytes } from 'node:crypto'

/** What a token begins with, so that people and scanners of leaked secrets recognise it. */
const PREFIX = 'ndt_'

/** How much of a token is kept in the clear, to recognise it by. */
const SHOWN = 12

/** 256 random bits; shown once. */
export const newSecret = (): string => PREFIX + randomBytes(32).toString('base64url')

/** What is stored instead. A random token needs no salt and no slow hash. */
export const hashOf = (secret: string): Buffer => createHash('sha256').update(secret).digest()

export const shownPart = (secret: string): string => secret.slice(0, SHOWN)
