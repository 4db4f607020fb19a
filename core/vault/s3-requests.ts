import { S3ServiceException } from '@aws-sdk/client-s3'
import type { BucketOperation, ObserveBucket } from './bucket.ts'

/** Runs requests and tells how they ended and how long they took, retries included. */
export interface S3Requests {
  readonly timed: <T>(op: BucketOperation, run: () => Promise<T>) => Promise<T>
  /** Undefined when what was asked for is not there. */
  readonly orMissing: <T>(op: BucketOperation, run: () => Promise<T>) => Promise<T | undefined>
}

const isMissing = (error: unknown): boolean =>
  error instanceof S3ServiceException &&
  // A bucket that is not there is no missing object: it is a fault of the whole store.
  error.name !== 'NoSuchBucket' &&
  (['NoSuchKey', 'NotFound', 'NoSuchUpload'].includes(error.name) || error.$metadata.httpStatusCode === 404)

export const observedRequests = (observe: ObserveBucket): S3Requests => {
  const timed = async <T>(op: BucketOperation, run: () => Promise<T>): Promise<T> => {
    const began = performance.now()
    const done = (result: 'ok' | 'missing' | 'error') =>
      observe(op, result, (performance.now() - began) / 1000)
    try {
      const answer = await run()
      done('ok')
      return answer
    } catch (error) {
      done(isMissing(error) ? 'missing' : 'error')
      throw error
    }
  }
  return {
    timed,
    orMissing: async (op, run) => {
      try {
        return await timed(op, run)
      } catch (error) {
        if (isMissing(error)) return undefined
        throw error
      }
    },
  }
}
