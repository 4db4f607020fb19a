import { checksumAlgorithms, checksumElement, checksumXml } from '../http/checksums.ts'
import { S3Error } from '../http/errors.ts'
import type { XmlNode } from '../http/parse-xml.ts'
import { childText, parseXml } from '../http/parse-xml.ts'
import { readText } from '../http/payload.ts'
import { xmlDocument } from '../http/xml.ts'
import type { NamedPart } from '../storage/complete.ts'
import { complete } from '../storage/complete.ts'
import type { Run } from './call.ts'
import { writeCondition } from './conditions.ts'
import { versionHeaders } from './version-headers.ts'

const longestList = 4 * 1024 * 1024

const readPart = (node: XmlNode): NamedPart => {
  const number = Number(childText(node, 'PartNumber'))
  const etag = childText(node, 'ETag')?.trim().replaceAll('"', '')
  if (node.name !== 'Part' || !Number.isInteger(number) || number < 1 || !etag)
    throw new S3Error('MalformedXML', 'Each Part needs a PartNumber and an ETag.')
  const algorithm = checksumAlgorithms.find(known => childText(node, checksumElement(known)) !== undefined)
  const value = algorithm && childText(node, checksumElement(algorithm))
  return { number, etag, checksum: algorithm && value ? { algorithm, value } : undefined }
}

export const completeMultipartUpload: Run = async call => {
  const { bucket, key, query, headers, storage, now } = call
  storage.buckets.find(bucket)
  const condition = writeCondition(headers)
  const document = parseXml(await readText(call.payload(), longestList))
  if (document.name !== 'CompleteMultipartUpload' || document.children.length === 0)
    throw new S3Error('MalformedXML', 'Expecting a CompleteMultipartUpload of at least one Part.')
  const { record, version } = await complete(storage.layout, storage.uploads, storage.objects, {
    bucket,
    key,
    id: query.get('uploadId') ?? '',
    parts: document.children.map(readPart),
    now,
    condition,
  })
  const body = xmlDocument('CompleteMultipartUploadResult', {
    Location: `http://${headers.host}/${bucket}/${encodeURIComponent(key).replaceAll('%2F', '/')}`,
    Bucket: bucket,
    Key: key,
    ETag: `"${record.etag}"`,
    ...checksumXml(record.checksum),
    ChecksumType: record.checksum && 'COMPOSITE',
  })
  return { status: 200, headers: versionHeaders(call, version), body }
}
