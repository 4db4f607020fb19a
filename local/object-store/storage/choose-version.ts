import { S3Error } from '../http/errors.ts'
import type { Bucket } from './bucket.ts'
import type { Version } from './version.ts'
import { isVersionId } from './version.ts'

/** Refuses a version id that never was one. */
export const checkVersionId = (id: string | undefined): void => {
  if (id !== undefined && !isVersionId(id))
    throw new S3Error('InvalidArgument', 'Invalid version id specified.')
}

export const noSuch = (id: string | undefined): S3Error =>
  id === undefined
    ? new S3Error('NoSuchKey', 'The key does not exist.')
    : new S3Error('NoSuchVersion', 'The version does not exist.')

/** The version that a read means. Refuses, as S3 does, what is not there and what is a delete marker. */
export const chooseVersion = (bucket: Bucket, key: string, id: string | undefined): Version => {
  checkVersionId(id)
  const version = bucket.versionsOf(key).find(each => id === undefined || each.id === id)
  if (version === undefined) throw noSuch(id)
  if (!version.marker) return version
  const headers = { 'x-amz-delete-marker': 'true', 'x-amz-version-id': version.id }
  if (id === undefined) throw new S3Error('NoSuchKey', 'The key was deleted.', headers)
  throw new S3Error('MethodNotAllowed', 'This version is a delete marker; it can only be deleted.', {
    ...headers,
    allow: 'DELETE',
  })
}
