import type { DeleteObjectsCommandOutput, S3Client } from '@aws-sdk/client-s3'
import { DeleteObjectCommand, S3ServiceException } from '@aws-sdk/client-s3'
import { inLanes } from './in-lanes.ts'
import { deleteObjectsWithMd5 } from './s3-client.ts'
import type { S3Requests } from './s3-requests.ts'

/** What is to be deleted: an object by its name, or one of its versions. */
export interface Doomed {
  readonly name: string
  readonly version?: string
}

/** What the store answered for one. */
export interface Deletion {
  readonly name: string
  /** The object was only hidden by a delete marker: its versions are all still there. */
  readonly hidden: boolean
  /** Why it is not done. */
  readonly error: Error | undefined
}

export interface S3Deletions {
  one(doomed: Doomed): Promise<Deletion>
  all(doomed: readonly Doomed[]): Promise<Deletion[]>
}

/** S3's most for one request. */
const MOST = 1_000
/** Requests for one each, side by side, where the store knows no other. */
const LANES = 16

const alreadyGone = new Set(['NoSuchKey', 'NoSuchVersion'])
const unknownOperation = new Set(['NotImplemented', 'MethodNotAllowed'])

const target = ({ name, version }: Doomed) => ({
  Key: name,
  ...(version === undefined ? {} : { VersionId: version }),
})

/** Finds, in an answer for many, what is said of one. What the store leaves out is not done. */
const saidOf = (answer: DeleteObjectsCommandOutput): ((doomed: Doomed) => Deletion) => {
  const id = (key: string | undefined, version: string | undefined) => `${key} ${version ?? ''}`
  const index = <T extends { Key?: string | undefined; VersionId?: string | undefined }>(
    all: readonly T[] = [],
  ) =>
    new Map(
      all.flatMap(one => [
        [id(one.Key, undefined), one],
        [id(one.Key, one.VersionId), one],
      ]),
    )
  const done = index(answer.Deleted)
  const failed = index(answer.Errors)
  return ({ name, version }) => {
    const found = done.get(id(name, version))
    const { Code: code = 'the store did not confirm it', Message: text = '' } =
      failed.get(id(name, version)) ?? {}
    const isDone = found !== undefined || alreadyGone.has(code)
    const hidden = version === undefined && found?.DeleteMarker === true
    return { name, hidden, error: isDone ? undefined : new Error(`${code} ${text}`.trim()) }
  }
}

/** Deletes by the thousand, in one request, or one by one where the store cannot. Each has an answer of its own. */
export const s3Deletions = (
  client: S3Client,
  bucket: string,
  { timed, orMissing }: S3Requests,
): S3Deletions => {
  let oneByOne = false

  const one = async (doomed: Doomed): Promise<Deletion> => {
    const command = new DeleteObjectCommand({ Bucket: bucket, ...target(doomed) })
    const answer = await orMissing('remove', () => client.send(command))
    const hidden = doomed.version === undefined && answer?.DeleteMarker === true
    return { name: doomed.name, hidden, error: undefined }
  }

  const some = async (doomed: readonly Doomed[]): Promise<Deletion[]> => {
    if (oneByOne) return await inLanes(doomed, LANES, one)
    const command = deleteObjectsWithMd5({ Bucket: bucket, Delete: { Objects: doomed.map(target) } })
    try {
      return doomed.map(saidOf(await timed('remove_all', () => client.send(command))))
    } catch (error) {
      if (!(error instanceof S3ServiceException) || !unknownOperation.has(error.name)) throw error
      oneByOne = true
      return await some(doomed)
    }
  }

  return {
    one,
    async all(doomed) {
      const answers: Deletion[] = []
      for (let at = 0; at < doomed.length; at += MOST)
        answers.push(...(await some(doomed.slice(at, at + MOST))))
      return answers
    },
  }
}
