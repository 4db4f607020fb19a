import { and, eq } from 'drizzle-orm'
import { isInForce } from '../core/access/authenticate.ts'
import type { Links, LinkTarget } from '../core/access/links.ts'
import { type Download, downloadFile, downloadObject } from '../core/files/download.ts'
import { notFound, Refusal } from '../core/refusal.ts'
import type { Vault } from '../core/vault/vault.ts'
import { type Database, tables } from '../db/db.ts'
import { attachment } from './content-disposition.ts'
import { ifRangeHolds, readRange } from './range.ts'

export interface DownloadParts {
  database: Database
  vault: Vault
  links: Links
  clock: () => Date
}

/** Of every answer under `/download/`: nobody keeps it, and no browser takes it for a page. */
const always = {
  'Cache-Control': 'private, no-store',
  'X-Content-Type-Options': 'nosniff',
  'Content-Security-Policy': "default-src 'none'; sandbox",
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Referrer-Policy': 'no-referrer',
}

/** Answers what a signed link names, or a part of it. */
export async function answerDownload(
  request: Request,
  signed: string,
  parts: DownloadParts,
): Promise<Response> {
  if (request.method !== 'GET' && request.method !== 'HEAD')
    return line(405, 'Links are for GET and HEAD.', { Allow: 'GET, HEAD' })
  const target = parts.links.open(signed, parts.clock())
  if (!target || !(await stands(target, parts)))
    return line(403, 'This link is not valid, or not any more: ask for a new one.')
  const found = await find(target, parts)
  return found ? answer(request, found) : line(410, 'This file does not exist any more.')
}

/** A link is worth no more than the token of whoever asked for it. */
async function stands(
  { tenantId, issuedTo }: LinkTarget,
  { database, clock }: DownloadParts,
): Promise<boolean> {
  return issuedTo.staff
    ? database.asStaff(tx => isInForce(tx, issuedTo, clock()))
    : database.asTenant(tenantId, tx => isInForce(tx, issuedTo, clock()))
}

async function find(target: LinkTarget, parts: DownloadParts): Promise<Download | undefined> {
  const { database, vault } = parts
  try {
    switch (target.kind) {
      case 'file':
        return await downloadFile(database, vault, target.tenantId, target.id)
      case 'rejected':
        return await downloadRejected(target, parts)
      case 'certificate':
        return await downloadCertificate(target, parts)
      case 'play':
        return undefined
    }
  } catch (error) {
    if (error instanceof Refusal && error.code === 'NOT_FOUND') return undefined
    throw error
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

function answer(request: Request, download: Download): Response {
  const { size, sha256, name, modified } = download
  const etag = sha256 ? `"${sha256}"` : undefined
  const headers = new Headers({
    ...always,
    'Accept-Ranges': 'bytes',
    'Content-Type': 'application/octet-stream',
    'Content-Disposition': attachment(name),
    'Last-Modified': modified.toUTCString(),
    ...(etag ? { ETag: etag } : {}),
  })
  const range = ifRangeHolds(request.headers.get('If-Range'), etag)
    ? readRange(request.headers.get('Range'), size)
    : undefined
  if (range === 'unsatisfiable') {
    headers.set('Content-Range', `bytes */${size}`)
    headers.delete('Content-Disposition')
    headers.set('Content-Type', 'text/plain; charset=utf-8')
    return new Response(`The file has ${size} bytes.\n`, { status: 416, headers })
  }
  const { start, end } = range ?? { start: 0, end: size }
  headers.set('Content-Length', String(end - start))
  if (range) headers.set('Content-Range', `bytes ${start}-${end - 1}/${size}`)
  const body = request.method === 'HEAD' ? null : download.stream(start, end)
  return new Response(body, { status: range ? 206 : 200, headers })
}

const line = (status: number, words: string, headers: Record<string, string> = {}) =>
  new Response(`${words}\n`, {
    status,
    headers: { ...always, 'Content-Type': 'text/plain; charset=utf-8', ...headers },
  })
