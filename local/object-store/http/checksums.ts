import { createHash } from 'node:crypto'
import { crc32 } from 'node:zlib'

/** The x-amz-checksum-* algorithms understood here. crc64nvme is not: no SDK for JavaScript sends it unasked. */
export const checksumAlgorithms = ['crc32', 'crc32c', 'sha1', 'sha256'] as const
export type ChecksumAlgorithm = (typeof checksumAlgorithms)[number]

export interface Checksum {
  readonly algorithm: ChecksumAlgorithm
  /** Base64; for a multipart object the checksum of its parts' checksums, and `-` with their number. */
  readonly value: string
}

interface RunningChecksum {
  update(chunk: Buffer): void
  /** Base64. */
  value(): string
}

const castagnoli = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0x82f63b78 : crc >>> 1
  return crc >>> 0
})

const crc32c = (chunk: Buffer, before: number): number => {
  let crc = ~before
  for (const byte of chunk) crc = (castagnoli[(crc ^ byte) & 0xff] ?? 0) ^ (crc >>> 8)
  return ~crc >>> 0
}

const running32 = (step: (chunk: Buffer, before: number) => number): RunningChecksum => {
  let crc = 0
  return {
    update: chunk => {
      crc = step(chunk, crc)
    },
    value: () => {
      const bytes = Buffer.alloc(4)
      bytes.writeUInt32BE(crc)
      return bytes.toString('base64')
    },
  }
}

export const startChecksum = (algorithm: ChecksumAlgorithm): RunningChecksum => {
  if (algorithm === 'crc32') return running32((chunk, before) => crc32(chunk, before))
  if (algorithm === 'crc32c') return running32(crc32c)
  const hash = createHash(algorithm)
  return { update: chunk => void hash.update(chunk), value: () => hash.digest('base64') }
}

/** S3's element name for an algorithm, such as ChecksumCRC32. */
export const checksumElement = (algorithm: ChecksumAlgorithm): string => `Checksum${algorithm.toUpperCase()}`

/** `{ ChecksumCRC32: … }` for answers in XML. */
export const checksumXml = (checksum: Checksum | undefined): Record<string, string> =>
  checksum ? { [checksumElement(checksum.algorithm)]: checksum.value } : {}

export const checksumHeaders = (checksum: Checksum | undefined): Record<string, string> =>
  checksum
    ? {
        [`x-amz-checksum-${checksum.algorithm}`]: checksum.value,
        'x-amz-checksum-type': checksum.value.includes('-') ? 'COMPOSITE' : 'FULL_OBJECT',
      }
    : {}
