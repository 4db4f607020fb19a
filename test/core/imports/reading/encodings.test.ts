import { expect, test } from 'vitest'
import { encodeText, textDecoding } from '../../../../core/imports/reading/text-decoding.ts'
import type { Encoding } from '../../../../core/templates/template.ts'
import { encodings } from '../../../../core/templates/template.ts'
import { fc } from '../../../support/properties.ts'
import { aTemplate, dialect } from '../../templates/a-template.ts'
import { readAll, refusalOf } from './read-all.ts'

const template = (encoding: Encoding) =>
  aTemplate(
    [
      ['Id', 'REFERENCE'],
      ['Agent', 'AGENT'],
      ['Date', 'CONTACT_DATE'],
      ['Note', 'METADATA'],
    ],
    { dialect: { ...dialect, encoding }, maxRejectedShare: 1 },
  )
const header = 'Id,Agent,Date,Note\r\n'
const row = (id: string, agent = 'Jörg', note = '€ “so”') => `${id},${agent},2026-01-02T03:04:05Z,${note}\r\n`
const pieces = [[1e9], [1], [3, 70_000]]

test.each(encodings)('%s is read, with its mark and without, however the bytes come', async encoding => {
  const text = header + row('1') + row('2', 'Ünal', 'ž Ÿ – ™')
  for (const marked of encoding === 'WINDOWS_1252' ? [text] : [text, `\uFEFF${text}`])
    for (const sizes of pieces) {
      const { rows, rejections } = await readAll(encodeText(marked, encoding), template(encoding), {
        pieces: sizes,
      })
      expect(rejections).toEqual([])
      expect(rows.map(found => [found['agent_key'], found['metadata']])).toEqual([
        ['Jörg', '{"Note":"€ “so”"}'],
        ['Ünal', '{"Note":"ž Ÿ – ™"}'],
      ])
    }
})

test.each(encodings)(
  '%s: bytes read so far are those of the file, at the end of each chunk',
  async encoding => {
    const lines = Array.from({ length: 3000 }, (_, n) => row(`${n}`, `Jörg ${n}`))
    const file = encodeText(header + lines.join(''), encoding)
    const { chunks, summary } = await readAll(file, template(encoding), {
      chunkBytes: 10_000,
      pieces: [5000],
    })
    expect(summary.bytesRead).toBe(file.length)
    for (const { rowsReadSoFar, bytesReadSoFar } of chunks)
      expect(bytesReadSoFar).toBe(
        encodeText(header + lines.slice(0, rowsReadSoFar).join(''), encoding).length,
      )
  },
)

test('other scripts are UTF-16 as well, though few of their bytes are zero', async () => {
  for (const encoding of ['UTF_16LE', 'UTF_16BE'] as const) {
    const text = header + row('1', 'Иван', 'Иван Иванович Иванов, '.repeat(3).replaceAll(',', ''))
    const { rows } = await readAll(encodeText(text, encoding), template(encoding))
    expect(rows).toMatchObject([{ agent_key: 'Иван' }])
  }
})

const mismatches: [agreed: Encoding, written: Encoding, mark: string, found: string][] = [
  ['UTF_8', 'UTF_16LE', '\uFEFF', 'UTF-16 (little endian)'],
  ['UTF_8', 'UTF_16BE', '', 'UTF-16 (big endian)'],
  ['UTF_8', 'WINDOWS_1252', '', 'Windows-1252'],
  ['UTF_16LE', 'UTF_8', '', 'UTF-8'],
  ['UTF_16LE', 'UTF_8', '\uFEFF', 'UTF-8'],
  ['UTF_16LE', 'UTF_16BE', '\uFEFF', 'UTF-16 (big endian)'],
  ['UTF_16BE', 'UTF_16LE', '', 'UTF-16 (little endian)'],
  ['UTF_16BE', 'WINDOWS_1252', '', 'Windows-1252'],
  ['WINDOWS_1252', 'UTF_8', '', 'UTF-8'],
  ['WINDOWS_1252', 'UTF_8', '\uFEFF', 'UTF-8'],
  ['WINDOWS_1252', 'UTF_16LE', '', 'UTF-16 (little endian)'],
]

test.each(mismatches)('agreed %s, written %s%s: both are named', async (agreed, written, mark, found) => {
  const file = encodeText(mark + header + row('1', 'Jörg', 'ä'), written)
  for (const sizes of pieces) {
    const { problem } = await refusalOf(file, template(agreed), { pieces: sizes })
    expect(problem).toMatchObject({ code: 'ENCODING_MISMATCH', details: { found } })
    expect(problem.message).toContain('should be')
  }
})

test('UTF-8 under a template for Windows-1252 is noticed wherever it shows, by what would be read', async () => {
  const file = Buffer.from(header + row('1', 'ann', 'x').repeat(5000) + row('2', 'Müller', 'x'))
  const { problem, rowsRead } = await refusalOf(file, template('WINDOWS_1252'), { pieces: [5000] })
  expect(problem.message).toContain(
    'line 5002 says "üller,2026-01-02T03:04:05Z,x", which would be read as "Ã¼ller',
  )
  expect(problem.details).toMatchObject({ expected: 'Windows-1252', found: 'UTF-8', line: 5002 })
  expect(rowsRead).toBeGreaterThan(4000)
  const plain = await readAll(header + row('1', 'ann', 'x'), template('WINDOWS_1252'))
  expect(plain.rows).toHaveLength(1)
})

test('bytes that Windows-1252 does not have reject their row', async () => {
  for (const byte of [0x81, 0x8d, 0x8f, 0x90, 0x9d]) {
    const file = Buffer.concat([
      encodeText(header + row('1'), 'WINDOWS_1252'),
      Buffer.from(`2,a${String.fromCharCode(byte)}b,2026-01-02T03:04:05Z,x\r\n`, 'latin1'),
      encodeText(row('3'), 'WINDOWS_1252'),
    ])
    const { rows, rejections } = await readAll(file, template('WINDOWS_1252'))
    expect(rows.map(found => found['reference'])).toEqual(['1', '3'])
    expect(rejections).toMatchObject([{ row: 2, column: 'Agent', code: 'BAD_CHARACTER' }])
  }
})

test('half a surrogate pair rejects its row, a whole one does not', async () => {
  const broken = '\ud83d'
  for (const encoding of ['UTF_16LE', 'UTF_16BE'] as const) {
    const text = header + row('1', 'ann', '😀') + row('2', `a${broken}`) + row('3', `${broken}b`) + row('4')
    for (const sizes of pieces) {
      const { rows, rejections } = await readAll(encodeText(text, encoding), template(encoding), {
        pieces: sizes,
      })
      expect(rows.map(found => [found['reference'], found['metadata']])).toEqual([
        ['1', '{"Note":"😀"}'],
        ['4', '{"Note":"€ “so”"}'],
      ])
      expect(rejections.map(({ row, code }) => [row, code])).toEqual([
        [2, 'BAD_CHARACTER'],
        [3, 'BAD_CHARACTER'],
      ])
    }
  }
})

test('UTF-16 that lost a byte is refused: behind it every character would be another one', async () => {
  const file = encodeText(header + row('1').repeat(9000), 'UTF_16LE')
  const lost = Buffer.concat([file.subarray(0, 200_001), file.subarray(200_002)])
  const { problem } = await refusalOf(lost, template('UTF_16LE'))
  expect(problem).toMatchObject({
    code: 'ENCODING_MISMATCH',
    message: expect.stringContaining('bytes were lost'),
  })
})

test.each(encodings)(
  '%s: rejected rows come back in their own encoding and mark, and are read again',
  async encoding => {
    const mark = encoding === 'WINDOWS_1252' ? '' : '\uFEFF'
    const file = encodeText(mark + header + '7,Jörg,morgen,€\r\n', encoding)
    const first = await readAll(file, template(encoding))
    const bytes = Buffer.concat(first.chunks.map(chunk => chunk.rejectedCsv))
    const text = textDecoding(encoding).take(bytes).text
    expect(text.startsWith(`${mark}Id,Agent,Date,Note,nightdrop_reason\r\n7,Jörg,morgen,€,`)).toBe(true)
    const corrected = encodeText(text.replace('morgen', '2026-01-02T03:04'), encoding)
    const again = await readAll(corrected, template(encoding))
    expect(again.rows).toMatchObject([{ agent_key: 'Jörg', metadata: '{"Note":"€"}' }])
  },
)

test('any text in any encoding is the same text again, wherever its bytes are cut', () => {
  const western = fc.string({ unit: fc.constantFrom(...Array.from('aZ9ü€Ÿ™ß“\u00a0,\n')), maxLength: 40 })
  const any = fc.string({ unit: 'binary', maxLength: 40 }).filter(text => text.isWellFormed())
  fc.assert(
    fc.property(
      any,
      western,
      fc.constantFrom(...encodings),
      fc.integer({ min: 1, max: 5 }),
      (any, western, encoding, size) => {
        const text = encoding === 'WINDOWS_1252' ? western : any
        const bytes = encodeText(text, encoding)
        const decoding = textDecoding(encoding)
        let read = ''
        for (let at = 0; at < bytes.length; at += size) {
          const { text, broken } = decoding.take(bytes.subarray(at, at + size))
          expect(broken).toBeNull()
          read += text
        }
        expect(read).toBe(text)
        expect(decoding.byteLength(text)).toBe(bytes.length)
      },
    ),
    { numRuns: 500 },
  )
})
