/**
 * Where things stand in an object's body, format version 1. The written format is docs/encryption.md.
 *
 * segment  up to 1 MiB of plaintext, stored as `nonce ‖ ciphertext ‖ tag`. Full segments are never last; the body
 *          ends with exactly one short segment of 0 to 1 MiB − 1 bytes, whose `last` flag is set.
 * part     what one UploadPart carries: five full segments (S3 wants at least 5 MiB), only the final one less.
 */
export const FORMAT_VERSION = 1
export const SEGMENT_BYTES = 1_048_576
export const NONCE_BYTES = 12
export const TAG_BYTES = 16
export const OVERHEAD_BYTES = NONCE_BYTES + TAG_BYTES
export const SEALED_SEGMENT_BYTES = SEGMENT_BYTES + OVERHEAD_BYTES
export const PART_SEGMENTS = 5
export const PART_BYTES = PART_SEGMENTS * SEALED_SEGMENT_BYTES
/** S3 numbers parts from 1 to 10,000. */
export const MAX_PART_NUMBER = 10_000

/** The index of the short segment that ends an object of `size` bytes; also how many full ones stand before it. */
export const lastSegment = (size: number): number => Math.floor(size / SEGMENT_BYTES)

/** Bytes in the bucket for `size` bytes of plaintext. */
export const sealedSize = (size: number): number => size + (lastSegment(size) + 1) * OVERHEAD_BYTES

/** Where segment `index` begins in the body. */
export const segmentOffset = (index: number): number => index * SEALED_SEGMENT_BYTES

/** Plaintext bytes of segment `index` in an object of `size` bytes. */
export const segmentLength = (index: number, size: number): number =>
  index < lastSegment(size) ? SEGMENT_BYTES : size % SEGMENT_BYTES
