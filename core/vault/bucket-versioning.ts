import { S3ServiceException } from '@aws-sdk/client-s3'

/**
 * Whether a plain deletion may leave older versions behind.
 *
 * plain     it never did so far: one request is enough, as long as its answer speaks of no delete marker
 * versions  the bucket keeps versions, or once did: they are listed, and deleted by their ids
 */
export type Removing = 'plain' | 'versions'

export interface BucketVersioning {
  removing(): Promise<Removing>
  /** A deletion was answered with a delete marker: versioning was turned on meanwhile, and can never be undone. */
  seen(): void
}

export type Warn = (fields: Record<string, unknown>, message: string) => void

const ASK_AGAIN_MS = 600_000

/**
 * Asks the bucket once. A store that does not know the question, or may not answer it, is asked again after a while;
 * until then plain deletions are tried, since each answer tells whether it only laid a marker. A store that fails is no
 * answer: the removal fails with it and is tried again.
 */
export const bucketVersioning = (ask: () => Promise<string | undefined>, warn: Warn): BucketVersioning => {
  let known: { removing: Removing; until: number } | undefined
  return {
    async removing() {
      if (known !== undefined && performance.now() < known.until) return known.removing
      try {
        const removing = (await ask()) === undefined ? 'plain' : 'versions'
        known = { removing, until: Number.POSITIVE_INFINITY }
      } catch (error) {
        if (!isRefusal(error)) throw error
        warn(
          { err: error },
          'the bucket does not tell whether it keeps versions (s3:GetBucketVersioning): each deletion’s own answer decides',
        )
        known = { removing: 'plain', until: performance.now() + ASK_AGAIN_MS }
      }
      return known.removing
    },
    seen() {
      known = { removing: 'versions', until: Number.POSITIVE_INFINITY }
    },
  }
}

const isRefusal = (error: unknown): boolean => {
  if (!(error instanceof S3ServiceException) || error.name === 'NoSuchBucket') return false
  const status = error.$metadata.httpStatusCode ?? 500
  return status === 501 || (status >= 400 && status < 500 && status !== 408 && status !== 429)
}
