import { and, eq, sql } from 'drizzle-orm'
import { recordEvaluation } from '../../../core/evaluations/record-evaluations.ts'
import { importAgain } from '../../../core/imports/import-again.ts'
import type { UndoCounts } from '../../../core/imports/undo/undo-contacts.ts'
import { undoImport } from '../../../core/imports/undo/undo-import.ts'
import { Refusal } from '../../../core/refusal.ts'
import type { ColumnTemplate } from '../../../core/templates/template.ts'
import { tables } from '../../../db/db.ts'
import { HEADER } from '../../support/contact-files.ts'
import { type ImportRoom, openImportRoom } from './import-room.ts'

const { imports } = tables

/** A tenant whose imports are taken back and run again. */
export async function openUndoRoom(options: { templates?: ColumnTemplate[] } = {}) {
  const room = await openImportRoom(options)
  const { tenantId, inTenant } = room
  return Object.assign(room, {
    /** A file of these rows, imported. Answers the import's id. */
    async sent(path: string, body: string): Promise<string> {
      const id = await room.upload(path, HEADER + body)
      await room.run()
      return id
    },
    undo: (id: string): Promise<UndoCounts> =>
      inTenant(async tx => (await undoImport(tx, tenantId, id, room.now)).counts),
    /** Does something else before the transaction of the undo commits. */
    whileUndoing: (id: string, work: () => Promise<void>) => {
      const outside = room.outside()
      return inTenant(async tx => {
        await undoImport(tx, tenantId, id, room.now)
        await outside(work)
      })
    },
    /** The file of that import, once more. Answers the new import's id. */
    async again(id: string, templateId?: string): Promise<string> {
      const { fileId } = await room.import(id)
      return (await inTenant(tx => importAgain(tx, tenantId, { fileId, templateId }))).id
    },
    evaluate: (reference: string, evaluationReference = `of ${reference}`) =>
      inTenant(tx =>
        recordEvaluation(tx, { hashes: room.vault.hashes, now: room.now }, tenantId, {
          contactReference: reference,
          evaluationReference,
        }),
      ),
    set: (id: string, change: Partial<typeof imports.$inferInsert>) =>
      inTenant(tx =>
        tx
          .update(imports)
          .set(change)
          .where(and(eq(imports.tenantId, tenantId), eq(imports.id, id))),
      ),
    async preImages(): Promise<number> {
      const [row] = await inTenant(tx =>
        tx.execute<{ count: number }>(sql`select count(*)::int as count from contact_pre_images`),
      )
      return row?.count ?? 0
    },
  })
}

/** What is told of a refusal. */
export const refused = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'done',
    (error: unknown) => (error instanceof Refusal ? `${error.code} ${error.message}` : String(error)),
  )

/** The contacts, but for when they were written. */
export async function standing(room: ImportRoom) {
  const contacts = await room.contacts()
  return contacts.map(contact => ({ ...contact, updatedAt: null }))
}
