/** The few data types of SSH (RFC 4251, section 5) that key files are made of. */

export function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(value)
  return bytes
}

/** A string: its length, then its bytes. */
export function counted(value: string | Uint8Array): Buffer {
  const bytes = typeof value === 'string' ? Buffer.from(value) : value
  return Buffer.concat([uint32(bytes.length), bytes])
}

/** A positive whole number, big end first, as short as it can be; a zero in front keeps it positive. */
export function mpint(bigEndian: Uint8Array): Buffer {
  const first = bigEndian.findIndex(byte => byte !== 0)
  const digits = first < 0 ? Buffer.alloc(0) : Buffer.from(bigEndian.subarray(first))
  return counted((digits[0] ?? 0) >= 0x80 ? Buffer.concat([Buffer.alloc(1), digits]) : digits)
}

/** Base64 in lines of so many characters. */
export const lined = (bytes: Buffer, width: number): string[] =>
  bytes.toString('base64').match(new RegExp(`.{1,${width}}`, 'g')) ?? []
