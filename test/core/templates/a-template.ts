import type { ColumnTemplateInput, ContactField } from '../../../core/templates/template.ts'
import { templateOf } from '../../../core/templates/validate-template.ts'

export const dialect = {
  encoding: 'UTF_8',
  delimiter: ',',
  quote: '"',
  hasHeader: true,
  skipLines: 0,
  skipLinesAfterHeader: 0,
} as const

/** A sound template input; columns as `[header, field, format]`. */
export const anInput = (
  columns: [header: string, field: ContactField, format?: string][] = [
    ['Id', 'REFERENCE'],
    ['Agent', 'AGENT'],
    ['Date', 'CONTACT_DATE', 'dd/MM/yyyy HH:mm'],
    ['Phone', 'CUSTOMER_PHONE'],
    ['Duration', 'DURATION', 'm:ss'],
    ['Url', 'EXTERNAL_URL'],
    ['Note', 'METADATA'],
  ],
  more: Partial<ColumnTemplateInput> = {},
): ColumnTemplateInput => ({
  name: 'Calls',
  filePattern: '/**/*.csv',
  dialect,
  columns: columns.map(([header, field, format]) => ({
    header,
    field,
    required: false,
    format: format ?? null,
  })),
  agentKey: 'USERNAME',
  timeZone: 'Europe/Berlin',
  ambiguousTime: 'EARLIER',
  extraColumns: 'KEEP',
  existingContact: 'UPDATE',
  emptyWords: [],
  maxRejectedShare: 0.5,
  ...more,
})

export const aTemplate = (...given: Parameters<typeof anInput>) => templateOf(anInput(...given))
