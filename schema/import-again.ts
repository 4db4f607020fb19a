import { importAgain } from '../core/imports/import-again.ts'
import { type Undone, undoImport } from '../core/imports/undo/undo-import.ts'
import { builder } from './builder.ts'
import { Import } from './import-node.ts'
import { idOf } from './node-id.ts'
import { changeTenant, rowToChange } from './targets.ts'

const UndoResult = builder.objectRef<Pick<Undone, 'import' | 'counts'>>('UndoResult').implement({
  fields: t => ({
    import: t.field({ type: Import, resolve: undone => undone.import }),
    removed: t.int({
      description: 'Contacts it had created, now gone.',
      resolve: ({ counts }) => counts.removed,
    }),
    restored: t.int({
      description: 'Contacts it had changed, now as before.',
      resolve: ({ counts }) => counts.restored,
    }),
    kept: t.int({
      description: 'Evaluated, held or changed since; left as they are.',
      resolve: ({ counts }) => counts.kept,
    }),
  }),
})

builder.mutationFields(t => ({
  importAgain: t.field({
    type: Import,
    description: 'Reads a stored file again, with the template named or the one that fits it now.',
    args: { fileId: t.arg.id({ required: true }), columnTemplateId: t.arg.id() },
    async resolve(_, { fileId: given, columnTemplateId }, context) {
      const { id: fileId, tenantId } = await rowToChange(context, 'UploadedFile', given)
      const templateId =
        columnTemplateId == null ? undefined : idOf('ColumnTemplate', columnTemplateId, 'This template')
      return await changeTenant(context, tenantId, async tx => {
        const result = await importAgain(tx, tenantId, { fileId, templateId })
        const details = { file: fileId, columnTemplate: templateId ?? null }
        return { result, deed: { action: 'importAgain', subject: result.id, details } }
      })
    },
  }),
  undoImport: t.field({
    type: UndoResult,
    description:
      'Takes an import back, but for contacts evaluated or on hold since: a contact goes back to the last import that is not UNDONE, or is removed. CONFLICT while another import of the tenant runs, or once its pre-images are gone (with the raw file).',
    args: { id: t.arg.id({ required: true }) },
    async resolve(_, { id: given }, context) {
      const { id, tenantId } = await rowToChange(context, 'Import', given)
      const now = context.services.clock()
      return await changeTenant(context, tenantId, async tx => {
        const result = await undoImport(tx, tenantId, id, now)
        const details = { ...result.counts, changed: result.changed }
        return { result, deed: { action: 'undoImport', subject: id, details } }
      })
    },
  }),
}))
