import { S3Error } from '../http/errors.ts'
import { xmlDocument } from '../http/xml.ts'
import { fromBytes, positionOf, toBytes } from '../storage/key-index.ts'
import type { FoundObject } from '../storage/objects.ts'
import type { Version } from '../storage/version.ts'
import type { Call, Run } from './call.ts'
import { countParameter } from './call.ts'

interface Listed extends FoundObject {
  readonly isLatest: boolean
}

/** Where a page begins: behind a key, or behind one of its versions. */
interface Marker {
  readonly key: string | undefined
  readonly version: string | undefined
}

const readMarker = ({ query }: Call): Marker => {
  const key = query.get('key-marker') || undefined
  const version = query.get('version-id-marker') || undefined
  if (version !== undefined && key === undefined)
    throw new S3Error('InvalidArgument', 'A version-id marker cannot be specified without a key marker.')
  return { key, version }
}

/** What is older than the marker, be that deleted meanwhile; of a `null` that is gone nobody knows how old it was. */
const olderThan = (versions: readonly Version[], marker: string): readonly Version[] => {
  const at = versions.findIndex(({ id }) => id === marker)
  if (at >= 0) return versions.slice(at + 1)
  return marker === 'null' ? versions : versions.filter(version => version.at < marker.slice(0, 12))
}

const pageOf = async (
  { bucket, storage }: Call,
  prefix: string,
  marker: Marker,
  most: number,
): Promise<{ page: Listed[]; isTruncated: boolean }> => {
  const home = storage.buckets.find(bucket)
  const sorted = await (home.versioning === undefined ? home.keys : home.allKeys).sorted()
  const from =
    toBytes(marker.key ?? '') + (marker.key !== undefined && marker.version === undefined ? '\0' : '')
  const page: Listed[] = []
  for (let at = Math.max(positionOf(sorted, from), positionOf(sorted, toBytes(prefix))); ; at++) {
    const bytes = sorted[at]
    if (!bytes?.startsWith(toBytes(prefix)) || most === 0) return { page, isTruncated: false }
    const key = fromBytes(bytes)
    let latest: Version | undefined
    const found = await storage.objects.history(bucket, key, versions => {
      latest = versions[0]
      const left = key === marker.key && marker.version ? olderThan(versions, marker.version) : versions
      return left.slice(0, most - page.length + 1)
    })
    const listed = found.map(one => ({ ...one, isLatest: one.version === latest }))
    page.push(...listed.slice(0, most - page.length))
    if (listed.length > 0 && page.at(-1) !== listed.at(-1)) return { page, isTruncated: true }
  }
}

const described = ({ version, record, isLatest }: Listed) => ({
  Key: record.key,
  VersionId: version.id,
  IsLatest: isLatest,
  LastModified: new Date(record.modifiedAt).toISOString(),
  ...(version.marker ? {} : { ETag: `"${record.etag}"`, Size: record.size, StorageClass: 'STANDARD' }),
})

export const listObjectVersions: Run = async call => {
  const { bucket, query } = call
  const most = countParameter(call, 'max-keys', 1000)
  const prefix = query.get('prefix') ?? ''
  const marker = readMarker(call)
  const { page, isTruncated } = await pageOf(call, prefix, marker, most)
  const last = isTruncated ? page.at(-1) : undefined
  const body = xmlDocument('ListVersionsResult', {
    Name: bucket,
    Prefix: prefix,
    KeyMarker: marker.key ?? '',
    VersionIdMarker: marker.version ?? '',
    NextKeyMarker: last?.record.key,
    NextVersionIdMarker: last?.version.id,
    MaxKeys: most,
    IsTruncated: isTruncated,
    Version: page.filter(({ version }) => !version.marker).map(described),
    DeleteMarker: page.filter(({ version }) => version.marker).map(described),
  })
  return { status: 200, body }
}
