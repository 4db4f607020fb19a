import type { _Object } from '@aws-sdk/client-s3'
import {
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3'
import type { Place } from './support.ts'

/** What tests of versions do to a bucket, in few words. */
export const versionsOf = ({ client, bucket: Bucket }: Pick<Place, 'client' | 'bucket'>) => {
  const set = async (Status: 'Enabled' | 'Suspended') =>
    await client.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status } }))
  const put = async (Key: string, Body: string | Uint8Array) =>
    (await client.send(new PutObjectCommand({ Bucket, Key, Body }))).VersionId
  const get = async (Key: string, VersionId?: string) => {
    const answer = await client.send(new GetObjectCommand({ Bucket, Key, VersionId }))
    return { body: await answer.Body?.transformToString(), id: answer.VersionId }
  }
  const head = async (Key: string, VersionId?: string) =>
    await client.send(new HeadObjectCommand({ Bucket, Key, VersionId }))
  const remove = async (Key: string, VersionId?: string) => {
    const { DeleteMarker, VersionId: id } = await client.send(
      new DeleteObjectCommand({ Bucket, Key, VersionId }),
    )
    return { marker: DeleteMarker ?? false, id }
  }
  const list = async (input: object = {}) =>
    await client.send(new ListObjectVersionsCommand({ Bucket, ...input }))
  /** Newest first, a delete marker with a cross. */
  const history = async (Key: string) => {
    const { Versions = [], DeleteMarkers = [] } = await list({ Prefix: Key })
    const all = [
      ...Versions.map(version => ({ ...version, shown: version.VersionId ?? '' })),
      ...DeleteMarkers.map(marker => ({ ...marker, shown: `✝${marker.VersionId}` })),
    ].filter(one => one.Key === Key)
    return { shown: all.map(one => one.shown), latest: all.find(one => one.IsLatest)?.shown }
  }
  const listed = async () => {
    const { Contents = [] } = await client.send(new ListObjectsV2Command({ Bucket }))
    return Contents.map(({ Key }: _Object) => Key)
  }
  return { set, put, get, head, remove, list, history, listed }
}
