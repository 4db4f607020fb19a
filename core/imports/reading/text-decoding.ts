import type { Encoding } from '../../templates/template.ts'
import { utf8Check } from './utf8-check.ts'
import type { Utf8Found } from './utf8-share.ts'
import { utf8Share } from './utf8-share.ts'
import { fromWindows1252, toWindows1252 } from './windows-1252.ts'

/** As they are called in words. */
export const encodingNames: Readonly<Record<Encoding, string>> = {
  UTF_8: 'UTF-8',
  UTF_16LE: 'UTF-16 (little endian)',
  UTF_16BE: 'UTF-16 (big endian)',
  WINDOWS_1252: 'Windows-1252',
}

/** Bytes to text, wherever they are cut. What shows only over the whole file is told at its end. */
export interface TextDecoding {
  /** Whole characters; one that is cut waits for its rest. `broken` begins with what is not of this encoding. */
  take(bytes: Buffer): { text: string; broken: Buffer | null }
  /** Why the file as a whole is not of this encoding, or null. */
  end(): DecodingFault | null
  /** How many bytes of the file this text was. */
  byteLength(text: string): number
}

export type DecodingFault =
  /** The bytes of a character that never came to its end. */
  | { kind: 'unfinished'; rest: Buffer }
  /** What is not ASCII is UTF-8: this is no text in Windows-1252. */
  | ({ kind: 'UTF-8' } & Utf8Found)

const utf8 = (): TextDecoding => {
  const check = utf8Check()
  return {
    take(bytes) {
      const { sound, broken } = check.take(bytes)
      return { text: sound.toString(), broken }
    },
    end() {
      const rest = check.end()
      return rest === null ? null : { kind: 'unfinished', rest }
    },
    byteLength: text => Buffer.byteLength(text),
  }
}

const isHighSurrogate = (unit: number) => unit >= 0xd800 && unit <= 0xdbff

/** Half a pair becomes U+FFFD, which no cell may hold: its row is rejected, and the others stand. */
const utf16 = (bigEndian: boolean): TextDecoding => {
  let carried: Buffer = Buffer.alloc(0)
  return {
    take(bytes) {
      const all = Buffer.concat([carried, bytes])
      let end = all.length - (all.length % 2)
      if (end >= 2 && isHighSurrogate(bigEndian ? all.readUInt16BE(end - 2) : all.readUInt16LE(end - 2)))
        end -= 2
      carried = Buffer.from(all.subarray(end))
      const whole = all.subarray(0, end)
      return { text: (bigEndian ? whole.swap16() : whole).toString('utf16le').toWellFormed(), broken: null }
    },
    end: () => (carried.length === 0 ? null : { kind: 'unfinished', rest: carried }),
    byteLength: text => text.length * 2,
  }
}

/** No byte is wrong in Windows-1252, so a UTF-8 file would be read as "Ã¼" without a word: hence the second look. */
const windows1252 = (): TextDecoding => {
  const share = utf8Share()
  return {
    take(bytes) {
      share.take(bytes)
      return { text: fromWindows1252(bytes), broken: null }
    },
    end() {
      const found = share.end()
      return found === null ? null : { kind: 'UTF-8', ...found }
    },
    byteLength: text => text.length,
  }
}

export const textDecoding = (encoding: Encoding): TextDecoding => {
  switch (encoding) {
    case 'UTF_8':
      return utf8()
    case 'UTF_16LE':
      return utf16(false)
    case 'UTF_16BE':
      return utf16(true)
    case 'WINDOWS_1252':
      return windows1252()
  }
}

/** The text as bytes of their own memory, so that they can change threads. */
export const encodeText = (text: string, encoding: Encoding): Buffer => {
  const own = (bytes: Buffer) => {
    const copy = Buffer.allocUnsafeSlow(bytes.length)
    bytes.copy(copy)
    return copy
  }
  switch (encoding) {
    case 'UTF_8': {
      const bytes = Buffer.allocUnsafeSlow(Buffer.byteLength(text))
      bytes.write(text)
      return bytes
    }
    case 'UTF_16LE':
      return own(Buffer.from(text, 'utf16le'))
    case 'UTF_16BE':
      return own(Buffer.from(text, 'utf16le').swap16())
    case 'WINDOWS_1252':
      return own(toWindows1252(text))
  }
}
