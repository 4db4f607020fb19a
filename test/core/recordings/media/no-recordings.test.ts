import { gzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { inspectRecording } from '../../../../core/recordings/media/inspect.ts'
import { counted, inspect } from './counted.ts'

const excel = Buffer.concat([
  Buffer.from('PK\x03\x04\x14\0\x06\0\x08\0\0\0!\0', 'latin1'),
  Buffer.alloc(16),
  Buffer.from('[Content_Types].xml....PK\x03\x04....xl/workbook.xml', 'latin1'),
])

test.each<[string, Uint8Array | string, string, string]>([
  ['nothing', '', 'It is empty.', 'application/octet-stream'],
  [
    'a text file',
    'id;agent;date\r\n1;Ann;2026-01-02\r\n',
    'It is no recording: it holds text.',
    'text/plain',
  ],
  [
    'text of an old encoding',
    Buffer.from('Gespr\xe4ch mit Frau M\xfcller, bitte anh\xf6ren', 'latin1'),
    'It is no recording: it holds text.',
    'text/plain',
  ],
  [
    'text that is cut within a letter',
    Buffer.from(`${'x'.repeat(4_095)}ä`),
    'It is no recording: it holds text.',
    'text/plain',
  ],
  [
    'UTF-16',
    Buffer.from('\ufeffid,agent\r\n', 'utf16le'),
    'It is no recording: it holds text.',
    'text/plain',
  ],
  [
    'a web page',
    '\n<!DOCTYPE html><html><body>404</body></html>',
    'It is no recording: it holds a web page (HTML).',
    'text/html',
  ],
  ['XML', '<?xml version="1.0"?><Error/>', 'It is no recording: it holds XML.', 'text/xml'],
  [
    'an Excel file',
    excel,
    'It is no recording: it holds an Excel file.',
    'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  ],
  [
    'an old Excel file',
    Buffer.from('d0cf11e0a1b11ae1'.padEnd(1_024, '0'), 'hex'),
    'It is no recording: it holds an Excel file or another Office document.',
    'application/x-ole-storage',
  ],
  [
    'a ZIP',
    Buffer.from('PK\x03\x04\x14\0\0\0\0\0....a.wav', 'latin1'),
    'It is packed (ZIP): send what is in it.',
    'application/zip',
  ],
  ['gzip', gzipSync('sound'), 'It is packed (gzip): send what is in it.', 'application/gzip'],
  [
    'PGP',
    '-----BEGIN PGP MESSAGE-----\n\nhQEM',
    'It is encrypted (PGP): send it without.',
    'application/pgp-encrypted',
  ],
  [
    'zeros',
    Buffer.alloc(100_000),
    'It is no recording: it begins with nothing but zeros.',
    'application/octet-stream',
  ],
  [
    'a picture',
    Buffer.from('\x89PNG\r\n\x1a\n....', 'latin1'),
    'It is no recording: it holds a picture (PNG).',
    'image/png',
  ],
])('%s', async (_, bytes, damage, mediaType) => {
  expect(await inspect(Buffer.from(bytes as string), 'call.wav')).toEqual({
    kind: 'AUDIO',
    mediaType,
    codec: null,
    durationSeconds: null,
    playable: false,
    usable: false,
    damage,
  })
})

test('noise is told from sound without reading it all', async () => {
  const source = counted(Buffer.alloc(8 * 2 ** 20))
  let state = 1
  const noise = Buffer.alloc(source.size)
  for (let at = 0; at < noise.length; at++) {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0
    noise[at] = state >>> 16
  }
  const noisy = counted(noise)
  expect(await inspectRecording(noisy, 'x.mp3')).toMatchObject({
    usable: false,
    damage: 'It is no recording that is known here: neither sound nor picture was found in it.',
  })
  expect(noisy.bytes).toBeLessThan(200_000)
})

describe('of what holds neither, the name says what it was meant to be', () => {
  test.each([
    ['screen.WEBM', 'SCREEN'],
    ['call.wav', 'AUDIO'],
    ['mp4', 'AUDIO'],
  ])('%s', async (name, kind) => {
    expect((await inspect(Buffer.from('text'), name)).kind).toBe(kind)
  })
})

test('a source that fails is no damage of the recording', async () => {
  const failing = { size: 100, read: () => Promise.reject(new Error('the bucket is away')) }
  await expect(inspectRecording(failing, 'a.wav')).rejects.toThrow('the bucket is away')
  const short = { size: 100, read: async () => new Uint8Array(50) }
  await expect(inspectRecording(short, 'a.wav')).rejects.toThrow('50 bytes came instead of 100')
})
