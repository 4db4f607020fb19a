import { and, eq } from 'drizzle-orm'
import { isInForce } from '../core/access/authenticate.ts'
import type { Links, LinkTarget } from '../core/access/links.ts'
import { busyRefusal } from '../core/busy.ts'
import { type Download, downloadFile, downloadObject } from '../core/files/download.ts'
import { recordDownload } from '../core/recordings/playbacks.ts'
import { notFound, Refusal } from '../core/refusal.ts'
import { downloadSample } from '../core/setup/download-sample.ts'
import type { Vault } from '../core/vault/vault.ts'
import { type Database, tables } from '../db/db.ts'
import { answerBytes } from './byte-answer.ts'
import { attachment } from './content-disposition.ts'
import { always, beforehand, line } from './link-headers.ts'
import { answerPlay } from './play.ts'

export interface DownloadParts {
  database: Database
  vault: Vault
  links: Links
  clock: () => Date
}

/** Answers what a signed link names, or a part of it, to whoever asks from that address. */
export async function answerDownload(
  request: Request,
  signed: string,
  address: string,
  parts: DownloadParts,
): Promise<Response> {
  if (request.method === 'OPTIONS') return beforehand()
  if (request.method !== 'GET' && request.method !== 'HEAD')
    return line(405, 'Links are for GET and HEAD.', { Allow: 'GET, HEAD' })
  const target = parts.links.open(signed, parts.clock())
  const refused = () => line(403, 'This link is not valid, or not any more: ask for a new one.')
  if (!target) return refused()
  try {
    if (!(await stands(target, parts))) return refused()
    return target.kind === 'play'
      ? await answerPlay(request, target, address, parts)
      : await answer(request, await find(target, parts), () => onRecord(target, address, parts))
  } catch (error) {
    if (error instanceof Refusal && error.code === 'NOT_FOUND')
      return line(410, `This ${target.kind === 'play' ? 'recording' : 'file'} does not exist any more.`)
    const busy = busyRefusal(error)
    if (busy) return line(503, busy.message, { 'Retry-After': String(busy.retryAfterSeconds ?? 1) })
    throw error
  }
}

type FileTarget = Exclude<LinkTarget, { kind: 'play' }>

/** A link is worth no more than the token of whoever asked for it. */
async function stands(
  { tenantId, issuedTo }: LinkTarget,
  { database, clock }: DownloadParts,
): Promise<boolean> {
  return issuedTo.staff
    ? database.asStaff(tx => isInForce(tx, issuedTo, clock()))
    : database.asTenant(tenantId, tx => isInForce(tx, issuedTo, clock()))
}

function find(target: FileTarget, parts: DownloadParts): Promise<Download> {
  switch (target.kind) {
    case 'file':
      return downloadFile(parts.database, parts.vault, target.tenantId, target.id)
    case 'rejected':
      return downloadRejected(target, parts)
    case 'sample':
      return downloadSample(parts.database, parts.vault, target.tenantId, target.id)
    case 'certificate':
      return downloadCertificate(target, parts)
  }
}

async function downloadRejected({ tenantId, id }: LinkTarget, { database, vault }: DownloadParts) {
  const { imports, uploadedFiles: files } = tables
  const [row] = await database.asTenant(tenantId, tx =>
    tx
      .select({ objectId: imports.rejectedCsvId, modified: imports.finishedAt, path: files.path })
      .from(imports)
      .innerJoin(files, and(eq(files.tenantId, imports.tenantId), eq(files.id, imports.fileId)))
      .where(and(eq(imports.tenantId, tenantId), eq(imports.id, id))),
  )
  if (!row?.objectId) throw notFound('The CSV of rejected rows')
  const name = `${row.path.slice(row.path.lastIndexOf('/') + 1)}.rejected.csv`
  const { objectId, modified } = row
  return await downloadObject(database, vault, tenantId, {
    name,
    modified: modified ?? new Date(0),
    objectId,
  })
}

const downloadCertificate = ({ tenantId, id }: LinkTarget, { database, vault, clock }: DownloadParts) =>
  downloadObject(database, vault, tenantId, {
    name: `certificate-${id}.json`,
    modified: clock(),
    objectId: id,
  })

/** A recording that leaves as the file it came as is listened to as well: once for each link. */
async function onRecord(target: FileTarget, address: string, parts: DownloadParts) {
  if (target.kind === 'file') await recordDownload(parts.database, target, { address, at: parts.clock() })
}

const answer = (request: Request, download: Download, beforeBytes: () => Promise<void>): Promise<Response> =>
  answerBytes(request, {
    size: download.size,
    etag: download.sha256 ? `"${download.sha256}"` : undefined,
    headers: {
      ...always,
      'Content-Type': 'application/octet-stream',
      'Content-Disposition': attachment(download.name),
      'Last-Modified': download.modified.toUTCString(),
    },
    async stream(start, end) {
      await beforeBytes()
      return download.stream(start, end)
    },
  })
