import { asS3Error, S3Error } from '../http/errors.ts'
import { childText, parseXml } from '../http/parse-xml.ts'
import { readText } from '../http/payload.ts'
import type { XmlElements } from '../http/xml.ts'
import { xmlDocument } from '../http/xml.ts'
import type { Call, Run } from './call.ts'
import { versionHeaders } from './version-headers.ts'

const most = 1000
const atOnce = 16

/** Without a version id the answer names the marker that was laid; with one, what went. */
export const deleteObject: Run = async call => {
  const { bucket, key, query, storage, now } = call
  storage.buckets.find(bucket)
  const id = query.get('versionId')
  const gone = await storage.objects.remove(bucket, key, now, id)
  return { status: 204, headers: versionHeaders(call, gone ?? { id: id ?? 'null', marker: false }) }
}

const removeOne = async (
  call: Call,
  key: string,
  versionId: string | undefined,
  quiet: boolean,
): Promise<XmlElements> => {
  const named = { Key: key, VersionId: versionId }
  const fault = call.faultOf(key)
  const planned = fault?.kind === 'error' && {
    Error: { ...named, Code: fault.code, Message: 'A planned fault.' },
  }
  if (planned && fault.when !== 'after') return planned
  try {
    const { bucket, storage, now } = call
    const gone = await storage.objects.remove(bucket, key, now, versionId)
    if (planned) return planned
    const marker = gone?.marker ? { DeleteMarker: true, DeleteMarkerVersionId: gone.id } : {}
    return { Deleted: quiet ? undefined : { ...named, ...marker } }
  } catch (error) {
    const { code, message } = asS3Error(error)
    return { Error: { ...named, Code: code, Message: message } }
  }
}

export const deleteObjects: Run = async call => {
  call.storage.buckets.find(call.bucket)
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
