import { isInForce } from '../core/access/authenticate.ts'
import type { Links, LinkTarget } from '../core/access/links.ts'
import { busyRefusal } from '../core/busy.ts'
import { recordArchiveDownload } from '../core/files/archive-downloads.ts'
import { type Download, downloadFile } from '../core/files/download.ts'
import { downloadRejected } from '../core/imports/download-rejected.ts'
import { recordDownload } from '../core/recordings/playbacks.ts'
import { Refusal } from '../core/refusal.ts'
import { downloadCertificate } from '../core/retention/download-certificate.ts'
import { downloadSample } from '../core/setup/download-sample.ts'
import type { Vault } from '../core/vault/vault.ts'
import type { Database } from '../db/db.ts'
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

const downloads = {
  file: downloadFile,
  rejected: downloadRejected,
  sample: downloadSample,
  certificate: downloadCertificate,
} satisfies Record<FileTarget['kind'], unknown>

const find = ({ kind, tenantId, id }: FileTarget, { database, vault }: DownloadParts): Promise<Download> =>
  downloads[kind](database, vault, tenantId, id)

/** A recording that leaves as the file it came as, or in its archive, may be listened to as well: once for each link. */
async function onRecord(target: FileTarget, address: string, { database, clock }: DownloadParts) {
  if (target.kind !== 'file') return
  await recordDownload(database, target, { address, at: clock() })
  await recordArchiveDownload(database, target, address)
}

const answer = (request: Request, download: Download, beforeBytes: () => Promise<void>): Promise<Response> =>
  answerBytes(request, {
    size: download.size,
    etag: `"${download.sha256}"`,
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
