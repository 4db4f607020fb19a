import { and, eq, isNull } from 'drizzle-orm'
import { builder } from './builder.ts'
import { ColumnTemplate } from './column-template.ts'
import { newestFirst, page } from './paging.ts'
import {
  AgentKey,
  AmbiguousTime,
  ContactField,
  Encoding,
  ExistingContact,
  ExtraColumns,
} from './template-enums.ts'
import { Tenant } from './tenant-node.ts'

const DialectInput = builder.inputType('DialectInput', {
  fields: t => ({
    encoding: t.field({ type: Encoding, required: true, defaultValue: 'UTF_8' }),
    delimiter: t.string({ required: true, defaultValue: ',' }),
    quote: t.string({ required: true, defaultValue: '"' }),
    hasHeader: t.boolean({ required: true, defaultValue: true }),
    skipLines: t.int({ required: true, defaultValue: 0 }),
    skipLinesAfterHeader: t.int({ required: true, defaultValue: 0 }),
  }),
})

const ColumnInput = builder.inputType('ColumnInput', {
  fields: t => ({
    header: t.string({ required: true }),
    field: t.field({ type: ContactField, required: true }),
    required: t.boolean({ required: true, defaultValue: false }),
    format: t.string(),
  }),
})

export const ColumnTemplateInput = builder.inputType('ColumnTemplateInput', {
  fields: t => ({
    name: t.string({ required: true }),
    filePattern: t.string({ required: true, defaultValue: '/**/*.csv' }),
    dialect: t.field({ type: DialectInput, required: true }),
    columns: t.field({ type: [ColumnInput], required: true }),
    agentKey: t.field({ type: AgentKey, required: true }),
    timeZone: t.string({ required: true }),
    ambiguousTime: t.field({ type: AmbiguousTime, required: true, defaultValue: 'EARLIER' }),
    extraColumns: t.field({ type: ExtraColumns, required: true, defaultValue: 'KEEP' }),
    existingContact: t.field({ type: ExistingContact, required: true, defaultValue: 'UPDATE' }),
    emptyWords: t.stringList({ required: true, defaultValue: [] }),
    maxRejectedShare: t.float({ required: true, defaultValue: 0.5 }),
  }),
})

builder.drizzleObjectFields(Tenant, t => ({
  columnTemplates: t.connection(
    {
      type: ColumnTemplate,
      args: { includeRetired: t.arg.boolean() },
      resolve: (tenant, args, context, info) =>
        page(context, info, args, {
          table: 'columnTemplates',
          where: row =>
            and(eq(row.tenantId, tenant.id), args.includeRetired ? undefined : isNull(row.retiredAt)),
          order: newestFirst,
        }),
    },
    { name: 'ColumnTemplateConnection' },
    { name: 'ColumnTemplateEdge' },
  ),
}))
