import type { Version } from '../storage/version.ts'
import type { Call } from './call.ts'

/** Which version an answer is about: said by buckets that have versioning, or had it once. */
export const versionHeaders = (
  { bucket, storage }: Pick<Call, 'bucket' | 'storage'>,
  { id, marker }: Pick<Version, 'id' | 'marker'>,
): Record<string, string> => {
  if (storage.buckets.find(bucket).versioning === undefined) return {}
  return { 'x-amz-version-id': id, ...(marker ? { 'x-amz-delete-marker': 'true' } : {}) }
}
