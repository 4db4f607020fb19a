import { asS3Error, S3Error } from '../http/errors.ts'
import { childText, parseXml } from '../http/parse-xml.ts'
import { readText } from '../http/payload.ts'
import type { XmlElements } from '../http/xml.ts'
import { xmlDocument } from '../http/xml.ts'
import type { Call, Run } from './call.ts'

const most = 1000
const atOnce = 16

export const deleteObject: Run = async ({ bucket, key, storage }) => {
  storage.buckets.index(bucket)
  await storage.objects.remove(bucket, key)
  return { status: 204 }
}

const removeOne = async (
  { bucket, storage }: Call,
  key: string,
  version: string | undefined,
  quiet: boolean,
) => {
  try {
    if (version !== undefined && version !== 'null')
      throw new S3Error('NotImplemented', 'There are no versions here.')
    await storage.objects.remove(bucket, key)
    return { Deleted: quiet ? undefined : { Key: key } }
  } catch (error) {
    const { code, message } = asS3Error(error)
    return { Error: { Key: key, Code: code, Message: message } }
  }
}

export const deleteObjects: Run = async call => {
  call.storage.buckets.index(call.bucket)
  const document = parseXml(await readText(call.payload(), 4 * 1024 * 1024))
  const objects = document.children.filter(child => child.name === 'Object')
  if (document.name !== 'Delete' || objects.length === 0 || objects.length > most)
    throw new S3Error('MalformedXML', `Expecting a Delete of 1 to ${most} objects.`)
  const quiet = childText(document, 'Quiet') === 'true'
  const named = objects.map(object => {
    const key = childText(object, 'Key')
    if (!key) throw new S3Error('MalformedXML', 'Each Object needs a Key.')
    return { key, version: childText(object, 'VersionId') }
  })
  const results: XmlElements[] = []
  for (let at = 0; at < named.length; at += atOnce)
    results.push(
      ...(await Promise.all(
        named
          .slice(at, at + atOnce)
          .map(async ({ key, version }) => await removeOne(call, key, version, quiet)),
      )),
    )
  const body = xmlDocument('DeleteResult', {
    Deleted: results.map(result => result['Deleted']),
    Error: results.map(result => result['Error']),
  })
  return { status: 200, body }
}
