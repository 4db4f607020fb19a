import type { ObjectHead, PartEtag } from './bucket.ts'

/**
 * A reply to CompleteMultipartUpload can be lost, and the retry may then say NoSuchUpload although the object is
 * there; an error can also come inside a 200. So on any failure the object itself is asked: if it stands there with
 * the length that the parts add up to, made of as many parts, it is done. Its name is random and used once.
 */
export const completeOrFind = async (
  complete: () => Promise<void>,
  head: () => Promise<ObjectHead | undefined>,
  parts: readonly PartEtag[],
  size: number,
): Promise<void> => {
  try {
    await complete()
  } catch (cause) {
    const found = await head().catch(() => undefined)
    if (found === undefined || !isWhole(found, parts.length, size)) {
      throw new Error('The object could not be completed', { cause })
    }
  }
}

/** Stores that count parts in the etag of a multipart object write `…-N`. */
const isWhole = (found: ObjectHead, parts: number, size: number): boolean => {
  const counted = /-(\d+)"?$/.exec(found.etag)?.[1]
  return found.size === size && (counted === undefined || Number(counted) === parts)
}
