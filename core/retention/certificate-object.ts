import { and, asc, eq, gt } from 'drizzle-orm'
import { type Tx, tables } from '../../db/db.ts'
import { beginObject, insertObject } from '../vault/object-rows.ts'
import type { Vault } from '../vault/vault.ts'
import {
  type CertificateDocument,
  certificateKey,
  type DestroyedEntry,
  writeCertificate,
} from './certificate.ts'
import type { Origin } from './destroy.ts'

const { destructions } = tables

/** Writes a certificate into the vault, on record with the caller's commit. Answers the object's id. */
export async function storeCertificate(
  tx: Tx,
  vault: Vault,
  document: Omit<CertificateDocument, 'certificate' | 'destroyedSha256'>,
  entries: AsyncIterable<DestroyedEntry> | Iterable<DestroyedEntry>,
): Promise<string> {
  const object = await beginObject(tx, vault, document.tenantId)
  // Nothing of it is on record before the commit: what a process leaves that dies here is an orphan, and removed as one.
  const writer = vault.write(object, { async began() {}, async stored() {} })
  try {
    for await (const piece of writeCertificate(await certificateKey(vault.master), document, entries))
      await writer.write(Buffer.from(piece))
    const written = await writer.finish()
    await writer.complete()
    await insertObject(tx, object, written)
  } finally {
    await writer.stop()
  }
  return object.objectId
}

const PAGE = 200

/** What was destroyed on whose behalf, in the order of its numbers, page by page. */
export async function* entriesOf(tx: Tx, tenantId: string, origin: Origin): AsyncGenerator<DestroyedEntry> {
  const of =
    'runId' in origin ? eq(destructions.runId, origin.runId) : eq(destructions.erasureId, origin.erasureId)
  for (let after = 0; ; ) {
    const page = await tx
      .select()
      .from(destructions)
      .where(and(eq(destructions.tenantId, tenantId), of, gt(destructions.number, after)))
      .orderBy(asc(destructions.number))
      .limit(PAGE)
    for (const { number, at, references, objects } of page)
      yield { number, at: at.toISOString(), references, objects }
    const last = page.at(-1)
    if (last === undefined || page.length < PAGE) return
    after = last.number
  }
}
