import { expect, test } from 'vitest'
import { analyseSample } from '../../../core/setup/analysis/analyse-sample.ts'
import { previewRows } from '../../../core/setup/preview-rows.ts'
import { templateOf, validateTemplate } from '../../../core/templates/validate-template.ts'
import { anInput } from '../templates/a-template.ts'
import { plainFile, plainRows } from './analysis/a-sample.ts'

const ROWS = 40
const uuid = (row: number) => `0b9c2f4e-1d4e-4f6a-9b7c-2a1d3e4f5${String(row).padStart(3, '0')}`
const german = plainFile().replace('Note', 'Erläuterung').replaceAll('remark', 'für später')

/** Whatever is unusual about a file, the template that its analysis proposes reads it, as it is, without a rejected row. */
test.each<[layout: string, bytes: Buffer]>([
  ['nothing unusual', Buffer.from(plainFile())],
  [
    'CR and LF, semicolons, a mark',
    Buffer.from(`\ufeff${german.replaceAll(',', ';').replaceAll('\n', '\r\n')}`),
  ],
  ['Windows-1252', Buffer.from(german, 'latin1')],
  ['UTF-16 with tabs', Buffer.from(`\ufeff${german.replaceAll(',', '\t')}`, 'utf16le')],
  ['big-endian UTF-16 without a mark', Buffer.from(german, 'utf16le').swap16()],
  ['CR alone', Buffer.from(plainFile().replaceAll('\n', '\r'))],
  ['a sep= line', Buffer.from(`sep=;\r\n${plainFile().replaceAll(',', ';')}`)],
  [
    'a sep= line, a title and a blank line',
    Buffer.from(`sep=;\nCalls\n\n${plainFile().replaceAll(',', ';')}`),
  ],
  ['a preamble', Buffer.from(`Calls of March 2026\nCreated;by;Export\n\n${plainFile()}`)],
  ['a title with all its delimiters', Buffer.from(`Calls of March,,,,\n,,,,\n${plainFile()}`)],
  ['blank lines before the header', Buffer.from(`\n\n${plainFile()}`)],
  ['a line of groups above the header', Buffer.from(`Call,Call,Call,Times,Other\n${plainFile()}`)],
  [
    'a line of types',
    Buffer.from(plainFile(['VARCHAR(20),VARCHAR(50),TIMESTAMP,INTEGER,TEXT', ...plainRows(ROWS)])),
  ],
  ['apostrophes for quotes', Buffer.from(plainFile().replaceAll(/[^,\n]+/g, "'$&'"))],
  [
    'quoted delimiters and line breaks',
    Buffer.from(plainFile().replaceAll('remark', '"no, ""never""\nagain"')),
  ],
  [
    'no header',
    Buffer.from(
      plainRows(ROWS)
        .map((row, at) => row.replace(/^[^,]*/, uuid(at)).replace(/agent\d/, 'agent@example.com'))
        .join('\n'),
    ),
  ],
  [
    'doubled and empty headers',
    Buffer.from(plainFile(plainRows(ROWS).map(row => `${row},x,y,z`)).replace('Note\n', 'Note,Note,,Last\n')),
  ],
  ['a delimiter at the end of each line', Buffer.from(plainFile().replaceAll('\n', ',\n'))],
  ['words for nothing', Buffer.from(plainFile().replaceAll(/,3\d\d,/g, ',N/A,'))],
])('%s', async (_, bytes) => {
  const { proposal, rowCount, columns } = analyseSample(bytes, { fileName: 'calls.csv' })
  if (proposal === null) throw new Error('nothing was proposed')
  const known = proposal.columns.some(({ field }) => field === 'AGENT')
  // Without a header nothing names the agent: a person says which column it is.
  const draft = known
    ? proposal.columns
    : proposal.columns.map((column, at) => (at === 1 ? { ...column, field: 'AGENT' as const } : column))
  const input = { ...anInput(), ...proposal, columns: draft }
  expect(validateTemplate(input)).toEqual([])
  expect(await previewRows(bytes, templateOf(input))).toMatchObject({
    accepted: ROWS,
    rejected: 0,
    problems: [],
  })
  expect(rowCount).toBe(ROWS)
  expect(columns.length).toBeGreaterThanOrEqual(5)
})
