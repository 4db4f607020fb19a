/**
 * Windows-1252 is Latin-1 with letters and signs where that has control characters. Five bytes mean nothing in it:
 * they become the control characters of their numbers, which no cell may hold.
 */
const SIGNS = '€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008dŽ\u008f\u0090‘’“”•–—˜™š›œ\u009džŸ'

const bytesOfSigns = new Map(Array.from(SIGNS, (sign, index) => [sign, String.fromCharCode(0x80 + index)]))

export const fromWindows1252 = (bytes: Buffer): string => {
  const text = bytes.toString('latin1')
  return /[\u0080-\u009f]/.test(text)
    ? text.replace(/[\u0080-\u009f]/g, control => SIGNS[control.charCodeAt(0) - 0x80] ?? control)
    : text
}

/** What the encoding cannot write becomes a question mark. */
export const toWindows1252 = (text: string): Buffer => {
  const latin = text.replace(/[^\0-\u007f\u00a0-\u00ff]/g, sign => bytesOfSigns.get(sign) ?? '?')
  return Buffer.from(latin, 'latin1')
}
