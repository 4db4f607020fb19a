import { isAscii } from 'node:buffer'
import { sequenceLength, unfinished } from './utf8-check.ts'

/**
 * Whether bytes that should be Windows-1252 are UTF-8 after all, be it with some that are broken: an export that cuts
 * its cells in the middle of a character writes no Windows-1252 by that.
 */
export interface Utf8Share {
  /** Bytes, wherever they are cut. */
  take(bytes: Buffer): void
  /** Null, or what is not ASCII is UTF-8: nearly all of it, and more than a handful where some is not. */
  end(): Utf8Found | null
}

export interface Utf8Found {
  /** The first character of UTF-8, and what comes behind it. */
  first: Buffer
  linesBefore: number
  /** Bytes that are neither ASCII nor in a character of UTF-8. */
  loose: number
}

/** So many characters of UTF-8 speak against one byte that is in none. */
const AGAINST_ONE = 10
/** Past so many bytes of Windows-1252, and more of them than of the others, nobody looks any more. */
const ENOUGH = 1000

/**
 * Signs that stand behind letters in Windows-1252 as well: the bytes of "É’" in "CAFÉ’S", of "é »" and of "é…”" are a
 * character of UTF-8 each, and no sign of it.
 */
const following = new Set(Buffer.from('858b919293949697999ba0abaeb0bb', 'hex'))
/** `Â` and `Ã`, behind which hardly anything of the kind is written: western letters begin with these in UTF-8. */
const WESTERN = [0xc2, 0xc3]

const isContinuation = (byte: number | undefined) => byte !== undefined && byte >= 0x80 && byte <= 0xbf

/** Bytes of the character of UTF-8 that begins here; 0 when none does. */
const characterAt = (bytes: Buffer, at: number): number => {
  const lead = bytes[at] ?? 0
  if (lead < 0xc2 || lead > 0xf4) return 0
  const length = sequenceLength(lead)
  for (let behind = 1; behind < length; behind++) if (!isContinuation(bytes[at + behind])) return 0
  return length
}

const isTelling = (character: Buffer) =>
  WESTERN.includes(character[0] ?? 0) || character.subarray(1).some(byte => !following.has(byte))

export const utf8Share = (): Utf8Share => {
  let carried: Buffer = Buffer.alloc(0)
  let lines = 0
  let first: Pick<Utf8Found, 'first' | 'linesBefore'> | null = null
  let telling = 0
  let loose = 0
  const decided = () => loose > ENOUGH && loose > telling

  const found = (bytes: Buffer, at: number) => {
    telling++
    first ??= {
      first: Buffer.from(bytes.subarray(at, at + 80)),
      linesBefore: lines + countLines(bytes.subarray(0, at)),
    }
  }

  const look = (bytes: Buffer) => {
    for (let at = 0; at < bytes.length && !decided(); at++) {
      if ((bytes[at] ?? 0) < 0x80) continue
      const length = characterAt(bytes, at)
      if (length === 0) loose++
      else if (isTelling(bytes.subarray(at, at + length))) found(bytes, at)
      at += Math.max(0, length - 1)
    }
    if (first === null) lines += countLines(bytes)
  }

  return {
    take(bytes) {
      if (decided()) return
      const all = carried.length === 0 ? bytes : Buffer.concat([carried, bytes])
      const whole = all.subarray(0, all.length - unfinished(all))
      carried = Buffer.from(all.subarray(whole.length))
      if (!isAscii(whole)) look(whole)
      else if (first === null) lines += countLines(whole)
    },
    end() {
      const all = loose + carried.length
      return first !== null && all * AGAINST_ONE <= telling ? { ...first, loose: all } : null
    },
  }
}

/** Lines that end in these bytes. */
const countLines = (bytes: Buffer): number => {
  let lines = 0
  for (let lf = bytes.indexOf(10); lf >= 0; lf = bytes.indexOf(10, lf + 1)) lines++
  return lines
}
