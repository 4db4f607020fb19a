import { randomBytes } from 'node:crypto'
import { GetBucketVersioningCommand, type S3Client } from '@aws-sdk/client-s3'
import { createS3Client } from '../../core/vault/s3-client.ts'
import type { Reached } from '../commands/reach.ts'
import { type Check, took } from './check.ts'
import { apart } from './database-checks.ts'

const PROBE_BYTES = 65_536

/** The bucket as the vault uses it, by an object of its own that is gone again afterwards. */
export function objectStoreChecks({ config, vault: { bucket } }: Reached, clock: () => Date): Check[] {
  const name = `doctor/${randomBytes(16).toString('hex')}`
  const body = randomBytes(PROBE_BYTES)
  const client = () =>
    createS3Client({
      bucket: config.S3_BUCKET,
      region: config.AWS_REGION,
      attempts: 1,
      ...(config.S3_ENDPOINT ? { endpoint: config.S3_ENDPOINT } : {}),
    })
  return [
    {
      name: 'object store: put, get, delete',
      async look() {
        const spent: string[] = []
        const timed = async <T>(what: string, work: () => Promise<T>) => {
          const began = performance.now()
          const answer = await work()
          spent.push(`${what} ${took(began)}`)
          return answer
        }
        await timed('put', () => bucket.put(name, body))
        const found = await timed('get', () => bucket.get(name, 0, body.length))
        await timed('delete', () => bucket.remove(name))
        if (!found?.bytes.equals(body)) throw new Error('the store gave back other bytes than it was given')
        if (await bucket.head(name)) throw new Error('the store still has what was deleted')
        return `${spent.join(', ')} for 64 KiB`
      },
    },
    {
      name: 'object store: versions',
      look: () => using(client(), s3 => versionsOf(s3, config.S3_BUCKET)),
    },
    {
      name: 'clock of the object store',
      look: () =>
        using(client(), async s3 => {
          const began = performance.now()
          const date = await dateOf(s3, config.S3_BUCKET)
          const middle = +clock() - (performance.now() - began) / 2
          // The header has whole seconds, rounded down.
          return apart((+date + 500 - middle) / 1_000, 'the object store')
        }),
    },
  ]
}

async function using<T>(client: S3Client, work: (client: S3Client) => Promise<T>): Promise<T> {
  try {
    return await work(client)
  } finally {
    client.destroy()
  }
}

/** Nothing depends on it: whatever is deleted goes with its versions, which the deletion above has tried. */
async function versionsOf(client: S3Client, bucket: string): Promise<string> {
  try {
    const { Status } = await client.send(new GetBucketVersioningCommand({ Bucket: bucket }))
    if (Status === undefined) return 'not kept'
    return `kept (${Status}): what is deleted goes with all of them`
  } catch (error) {
    return `not told (${error instanceof Error ? error.name : 'unknown'}): each deletion's own answer decides`
  }
}

async function dateOf(client: S3Client, bucket: string): Promise<Date> {
  let date: string | undefined
  client.middlewareStack.add(
    next => async args => {
      const answer = await next(args)
      const { headers } = answer.response as { headers?: Record<string, string> }
      date = headers?.['date']
      return answer
    },
    { step: 'deserialize', name: 'dateHeader', priority: 'low' },
  )
  // Refused or not, an answer has a date.
  await client.send(new GetBucketVersioningCommand({ Bucket: bucket })).catch(() => undefined)
  if (date === undefined) throw new Error('the object store did not say what time it is')
  return new Date(date)
}
