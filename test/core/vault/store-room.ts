import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CreateBucketCommand } from '@aws-sdk/client-s3'
import { s3Bucket } from '../../../core/vault/s3-bucket.ts'
import { createS3Client } from '../../../core/vault/s3-client.ts'
import type { Faults } from '../../../local/object-store/faults.ts'
import { startObjectStore } from '../../../local/object-store/server.ts'
import type { FaultRule } from '../../support/plan-faults.ts'
import { planFaults } from '../../support/plan-faults.ts'
import { vaultRoom } from './vault-room.ts'

/**
 * A vault over the embedded S3, with what goes wrong there. `seen` are the operations observed, `warned` what the bucket
 * said to the log; `client` is somebody else's, such as an operator's. Nothing goes wrong during `calmly`.
 */
export const startStoreRoom = async (...rules: FaultRule[]) => {
  const folder = await mkdtemp(join(tmpdir(), 'nightdrop-vault-'))
  const credentials = { accessKeyId: 'AKVAULT', secretAccessKey: 'a secret of this test' }
  let calm = false
  const planned = planFaults(rules)
  const faults: Faults = call => (calm ? undefined : planned(call))
  const calmly = async <T>(work: () => Promise<T>): Promise<T> => {
    calm = true
    try {
      return await work()
    } finally {
      calm = false
    }
  }
  const store = await startObjectStore({ folder, port: 0, host: '127.0.0.1', credentials, faults })
  const options = { bucket: 'night', endpoint: store.endpoint, region: 'us-east-1', credentials }
  const client = createS3Client(options)
  await client.send(new CreateBucketCommand({ Bucket: 'night' }))
  const seen: string[] = []
  const warned: string[] = []
  const bucket = s3Bucket(
    { ...options, silenceSeconds: 2 },
    (op, result) => seen.push(`${op} ${result}`),
    (_, message) => warned.push(message),
  )
  const room = await vaultRoom(bucket)
  const dispose = async () => {
    client.destroy()
    bucket.close()
    await store.close()
    await rm(folder, { recursive: true })
  }
  return { ...room, seen, warned, options, client, calmly, [Symbol.asyncDispose]: dispose }
}
