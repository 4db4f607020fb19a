import type { ListObjectVersionsCommandOutput, S3Client } from '@aws-sdk/client-s3'
import { GetBucketVersioningCommand, ListObjectVersionsCommand } from '@aws-sdk/client-s3'
import type { Bucket, FailedRemoval } from './bucket.ts'
import type { Warn } from './bucket-versioning.ts'
import { bucketVersioning } from './bucket-versioning.ts'
import { inLanes } from './in-lanes.ts'
import type { Deletion, Doomed } from './s3-deletions.ts'
import { s3Deletions } from './s3-deletions.ts'
import type { S3Requests } from './s3-requests.ts'

/** Names whose versions are listed at once. */
const LANES = 16

/**
 * Removing, so that nothing of a name is left. A bucket without versioning takes one request, for a thousand names as
 * for one. Where versions are kept, those of each name and its delete markers are listed and deleted by their ids.
 */
export const s3Removal = (
  client: S3Client,
  bucket: string,
  requests: S3Requests,
  warn: Warn,
): Pick<Bucket, 'remove' | 'removeAll'> => {
  const deletions = s3Deletions(client, bucket, requests)
  const versioning = bucketVersioning(async () => {
    const command = new GetBucketVersioningCommand({ Bucket: bucket })
    return (await requests.timed('get_versioning', () => client.send(command))).Status
  }, warn)

  /** Every version and every delete marker of that very name, which stands before all longer ones in the list. */
  const versionsOf = async (name: string): Promise<Doomed[]> => {
    const found: Doomed[] = []
    let after: object | undefined = {}
    while (after !== undefined) {
      const command = new ListObjectVersionsCommand({ Bucket: bucket, Prefix: name, ...after })
      const page: ListObjectVersionsCommandOutput = await requests.timed('list_versions', () =>
        client.send(command),
      )
      for (const { Key, VersionId: version } of [...(page.Versions ?? []), ...(page.DeleteMarkers ?? [])]) {
        if (Key !== name) continue
        if (version === undefined) throw new Error('The store lists versions without their ids')
        found.push({ name, version })
      }
      const { IsTruncated: more, NextKeyMarker: key, NextVersionIdMarker: id } = page
      after = more === true && key === name ? { KeyMarker: key, VersionIdMarker: id } : undefined
    }
    return found
  }

  const removeVersions = async (names: readonly string[]): Promise<Deletion[]> =>
    await deletions.all((await inLanes(names, LANES, versionsOf)).flat())

  /** What was only hidden has versions, and goes with them. */
  const removeHidden = async (answers: readonly Deletion[]): Promise<Deletion[]> => {
    const hidden = answers.filter(answer => answer.hidden).map(({ name }) => name)
    if (hidden.length === 0) return []
    versioning.seen()
    return await removeVersions(hidden)
  }

  const remove = async (
    names: readonly string[],
    plainly: () => Promise<readonly Deletion[]>,
  ): Promise<FailedRemoval[]> => {
    const plain = (await versioning.removing()) === 'plain'
    const answers = plain ? await plainly() : await removeVersions(names)
    const failed = new Map<string, FailedRemoval>()
    for (const { name, error } of [...answers, ...(plain ? await removeHidden(answers) : [])]) {
      if (error !== undefined) failed.set(name, { name, error })
    }
    return [...failed.values()]
  }

  return {
    async remove(name) {
      const [failed] = await remove([name], async () => [await deletions.one({ name })])
      if (failed) throw new Error('A version of the object could not be removed', { cause: failed.error })
    },

    async removeAll(names) {
      const unique = [...new Set(names)]
      const failed = await remove(unique, () => deletions.all(unique.map(name => ({ name }))))
      const left = new Set(failed.map(({ name }) => name))
      return { gone: unique.filter(name => !left.has(name)), failed }
    },
  }
}
