import { S3Error } from '../http/errors.ts'
import { childText, parseXml } from '../http/parse-xml.ts'
import { readText } from '../http/payload.ts'
import { xmlDocument } from '../http/xml.ts'
import type { Run } from './call.ts'

export const putBucketVersioning: Run = async ({ bucket, storage, payload }) => {
  storage.buckets.find(bucket)
  const document = parseXml(await readText(payload(), 64 * 1024))
  const status = childText(document, 'Status')
  if (document.name !== 'VersioningConfiguration' || (status !== 'Enabled' && status !== 'Suspended'))
    throw new S3Error('MalformedXML', 'Expecting a VersioningConfiguration, Enabled or Suspended.')
  if ((childText(document, 'MfaDelete') ?? 'Disabled') !== 'Disabled')
    throw new S3Error('NotImplemented', 'This object store does not know MFA Delete.')
  await storage.buckets.setVersioning(bucket, status)
  return { status: 200 }
}

export const getBucketVersioning: Run = async ({ bucket, storage }) => {
  const { versioning } = storage.buckets.find(bucket)
  return { status: 200, body: xmlDocument('VersioningConfiguration', { Status: versioning }) }
}
