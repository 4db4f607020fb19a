import type { Run } from './call.ts'

export const createBucket: Run = async ({ bucket, storage }) => {
  await storage.buckets.create(bucket)
  return { status: 200, headers: { location: `/${bucket}` } }
}

export const headBucket: Run = async ({ bucket, storage }) => {
  storage.buckets.find(bucket)
  return { status: 200, headers: { 'x-amz-bucket-region': 'us-east-1' } }
}
