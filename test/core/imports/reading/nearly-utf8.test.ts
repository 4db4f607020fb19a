import { expect, test } from 'vitest'
import { encodeText } from '../../../../core/imports/reading/text-decoding.ts'
import { utf8Share } from '../../../../core/imports/reading/utf8-share.ts'
import { aTemplate, dialect } from '../../templates/a-template.ts'
import { readAll, refusalOf } from './read-all.ts'

const template = aTemplate(
  [
    ['Id', 'REFERENCE'],
    ['Agent', 'AGENT'],
    ['Date', 'CONTACT_DATE'],
    ['Note', 'METADATA'],
  ],
  { dialect: { ...dialect, encoding: 'WINDOWS_1252' } },
)
const header = 'Id,Agent,Date,Note\r\n'
const row = (id: number, note: string) => `${id},ann,2026-01-02T03:04Z,${note}\r\n`
const rows = (count: number, note: (at: number) => string) =>
  header + Array.from({ length: count }, (_, at) => row(at, note(at))).join('')
const pieces = [[1e9], [1], [3, 70_000]]

/** What is found, wherever the bytes are cut. */
const found = (bytes: Buffer) => {
  const all = [1, 2, 3, 7, 1e9].map(size => {
    const share = utf8Share()
    for (let at = 0; at < bytes.length; at += size) share.take(bytes.subarray(at, at + size))
    const end = share.end()
    return end === null ? null : { loose: end.loose, linesBefore: end.linesBefore }
  })
  for (const each of all) expect(each).toEqual(all[0])
  return all[0]
}

test('UTF-8 with a byte that is none is not taken for Windows-1252', async () => {
  const sound = Buffer.from(rows(40, at => (at < 5 ? 'x' : 'Müller')))
  const bad = Buffer.from(row(40, 'Andr\u00e9'), 'latin1')
  for (const file of [
    Buffer.concat([sound, bad]),
    Buffer.concat([sound.subarray(0, 60), bad, sound.subarray(60)]),
  ])
    for (const sizes of pieces) {
      const { problem } = await refusalOf(file, template, { pieces: sizes })
      expect(problem.code).toBe('ENCODING_MISMATCH')
      expect(problem.message).toMatch(/is UTF-8, but for 1 broken byte: line [78] says "ü/)
      expect(problem.details).toMatchObject({ expected: 'Windows-1252', found: 'UTF-8' })
    }
})

test.each([
  ['characters cut at the end of a cell', 'Müller aus Düsseldorf, Kö\n'.repeat(50), 25],
  ['letters of another alphabet', 'Иванов, Łódź, 東京\n'.repeat(20), 1],
  ['letters that a sign seems to follow', 'Zoë à Noël Ök\n'.repeat(20), 1],
])('UTF-8 of %s is UTF-8 all the same', (_, text, broken) => {
  const bytes = Buffer.concat([Buffer.from(text), Buffer.from('é,'.repeat(broken), 'latin1')])
  const least = (text.match(/[^\0-\u007f]/g) ?? []).length / 10
  expect(found(bytes)).toEqual(broken <= least ? { loose: broken, linesBefore: 0 } : null)
})

test.each([
  [
    'a capital before an apostrophe, a dash or dots, in each row',
    (at: number) => ['CAFÉ’S', 'UMEÅ–LULEÅ', 'SPAß…'][at % 3] ?? '',
  ],
  ['the same, and a name now and then', (at: number) => (at % 30 === 0 ? 'André' : 'CAFÉ’S')],
  ['quotes as the French write them', () => '« Réglé »,« à »'],
  ['dots and quotes behind a letter', () => '“olé…” – “café…”'],
  ['Portuguese in capitals', () => 'LIGAÇÃO “AMANHÔ, NÃO…'],
  ['German', () => '„Größe“, „Maß“ – Straße…'],
  [
    'a few words that were read wrongly before they came here',
    (at: number) => (at % 9 === 0 ? 'MÃ¼ller' : 'Müller'),
  ],
])('Windows-1252 with %s stays Windows-1252', async (_, note) => {
  const file = encodeText(
    rows(300, at => `"${note(at)}"`),
    'WINDOWS_1252',
  )
  expect(found(file)).toBeNull()
  const reading = await readAll(file, template)
  expect(reading.summary).toMatchObject({ rowsRead: 300, staged: 300 })
  expect(JSON.parse(reading.rows[0]?.['metadata'] ?? '')).toEqual({ Note: note(0) })
})

test('a character that the end of the file cuts off is a broken one', () => {
  const whole = Buffer.from('ü'.repeat(20))
  expect(found(whole.subarray(0, 39))).toEqual({ loose: 1, linesBefore: 0 })
  expect(found(whole.subarray(0, 13))).toBeNull()
})
