import { builder } from './builder.ts'

export const Rejection = builder.drizzleObject('rejections', {
  name: 'Rejection',
  select: { columns: { tenantId: true, importId: true, position: true } },
  fields: t => ({
    row: t.exposeInt('row', {
      description: 'From 1, the header not counted; one record is one row, however many lines it spans.',
    }),
    column: t.exposeString('column', { nullable: true }),
    value: t.exposeString('value', { nullable: true, description: 'Null for DELETED_BEFORE.' }),
    code: t.exposeString('code', {
      description:
        'MISSING_VALUE, MISSING_COLUMN, EXTRA_COLUMN, BAD_DATE, NO_SUCH_LOCAL_TIME, AMBIGUOUS_LOCAL_TIME, BAD_NUMBER, BAD_QUOTE, SPREADSHEET_DAMAGE, DELETED_BEFORE, TOO_LONG, BAD_CHARACTER, ...',
    }),
    message: t.exposeString('message'),
  }),
})
