import { revisionWarnings } from '../core/setup/revision-warnings.ts'
import type { TemplateRow } from '../core/templates/create-template.ts'
import type {
  Column as ColumnRow,
  ColumnTemplate as ColumnTemplateRow,
  Dialect as DialectRow,
} from '../core/templates/template.ts'
import { builder } from './builder.ts'
import { encodeNodeId } from './node-id.ts'
import { Problem } from './problem.ts'
import {
  AgentKey,
  AmbiguousTime,
  ContactField,
  Encoding,
  ExistingContact,
  ExtraColumns,
} from './template-enums.ts'

export const Dialect = builder.objectRef<DialectRow>('Dialect').implement({
  fields: t => ({
    encoding: t.expose('encoding', { type: Encoding }),
    delimiter: t.exposeString('delimiter'),
    quote: t.exposeString('quote'),
    hasHeader: t.exposeBoolean('hasHeader'),
    skipLines: t.exposeInt('skipLines', {
      description:
        'Lines before the header, or before the first row, that are not read. A sep= line is understood and does not count.',
    }),
    skipLinesAfterHeader: t.exposeInt('skipLinesAfterHeader', {
      description: 'Lines between the header and the first row, such as a line of types.',
    }),
  }),
})

export const Column = builder.objectRef<ColumnRow>('Column').implement({
  fields: t => ({
    position: t.exposeInt('position', { description: 'From 1.' }),
    header: t.exposeString('header'),
    field: t.expose('field', { type: ContactField }),
    required: t.exposeBoolean('required', {
      description: 'An empty cell rejects the row. REFERENCE, AGENT and a contact date always are.',
    }),
    format: t.exposeString('format', {
      nullable: true,
      description:
        "For dates and times a pattern such as dd/MM/yyyy HH:mm:ss, or ISO, EPOCH_SECONDS, EPOCH_MILLISECONDS, SPREADSHEET_DAYS; for DURATION one of seconds, milliseconds, ticks (100 ns), days (a spreadsheet's fraction), m:ss, h:mm:ss, m'm's's'. H, m, h stand for one digit or two. Text between apostrophes stands for itself.",
    }),
  }),
})

const everyColumn = {
  tenantId: true,
  id: true,
  lineage: true,
  version: true,
  name: true,
  filePattern: true,
  dialect: true,
  columns: true,
  agentKey: true,
  timeZone: true,
  ambiguousTime: true,
  extraColumns: true,
  existingContact: true,
  emptyWords: true,
  maxRejectedShare: true,
} as const

export const ColumnTemplate = builder.drizzleNode('columnTemplates', {
  name: 'ColumnTemplate',
  id: {
    column: row => row.id,
    description:
      'Of this version. A revision is a new node in the same lineage; revising an old one is CONFLICT.',
  },
  select: { columns: { tenantId: true, id: true } },
  fields: t => ({
    lineage: t.id({
      select: { columns: { lineage: true } },
      resolve: ({ lineage }) => encodeNodeId('Lineage', lineage),
    }),
    name: t.exposeString('name'),
    version: t.exposeInt('version', { description: 'Rises with every revision; imports remember theirs.' }),
    warnings: t.field({
      type: [Problem],
      complexity: 100,
      description:
        'What this version would do to the newest stored file that the last one read, and what changed since that one.',
      select: { columns: everyColumn },
      resolve: (row, _, { tx, services }) => revisionWarnings(tx, services.vault, row as TemplateRow),
    }),
    filePattern: t.exposeString('filePattern', {
      description:
        'Which uploaded contact files it reads: a glob on the path, such as /*.csv; upper and lower case are one, .gz is left off, entries of an archive match by their path inside, and what is under /test by its path after that.',
    }),
    dialect: t.field({
      type: Dialect,
      select: { columns: { dialect: true } },
      resolve: ({ dialect }) => dialect as unknown as DialectRow,
    }),
    columns: t.field({
      type: [Column],
      select: { columns: { columns: true } },
      resolve: ({ columns }) => columns as unknown as ColumnRow[],
    }),
    agentKey: t.field({
      type: AgentKey,
      select: { columns: { agentKey: true } },
      resolve: row => row.agentKey as ColumnTemplateRow['agentKey'],
    }),
    timeZone: t.exposeString('timeZone', { description: 'IANA name, for times without an offset.' }),
    ambiguousTime: t.field({
      type: AmbiguousTime,
      select: { columns: { ambiguousTime: true } },
      resolve: row => row.ambiguousTime as ColumnTemplateRow['ambiguousTime'],
    }),
    extraColumns: t.field({
      type: ExtraColumns,
      select: { columns: { extraColumns: true } },
      resolve: row => row.extraColumns as ColumnTemplateRow['extraColumns'],
    }),
    existingContact: t.field({
      type: ExistingContact,
      select: { columns: { existingContact: true } },
      resolve: row => row.existingContact as ColumnTemplateRow['existingContact'],
    }),
    emptyWords: t.exposeStringList('emptyWords', {
      description: 'Cells that mean nothing, such as - or NULL.',
    }),
    maxRejectedShare: t.exposeFloat('maxRejectedShare', {
      description:
        'Above this share of rejected rows (0 to 1) the file is refused whole. Rows DELETED_BEFORE do not count.',
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime' }),
    retiredAt: t.expose('retiredAt', { type: 'DateTime', nullable: true }),
  }),
})
