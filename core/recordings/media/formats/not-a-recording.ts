import { isUtf8 } from 'node:buffer'
import { latin1 } from '../byte-source.ts'
import { Unusable } from '../inspection.ts'

/** What people send by mistake under a recording's name, by its first bytes. */
const known: readonly [signature: string, mediaType: string, sentence: string][] = [
  ['%PDF-', 'application/pdf', 'It is no recording: it holds a PDF document.'],
  ['\x1f\x8b', 'application/gzip', 'It is packed (gzip): send what is in it.'],
  ['7z\xbc\xaf\x27\x1c', 'application/x-7z-compressed', 'It is packed (7z): send what is in it.'],
  ['Rar!', 'application/vnd.rar', 'It is packed (RAR): send what is in it.'],
  ['BZh', 'application/x-bzip2', 'It is packed (bzip2): send what is in it.'],
  ['\x89PNG', 'image/png', 'It is no recording: it holds a picture (PNG).'],
  ['\xff\xd8\xff', 'image/jpeg', 'It is no recording: it holds a picture (JPEG).'],
  ['GIF8', 'image/gif', 'It is no recording: it holds a picture (GIF).'],
  ['MZ', 'application/octet-stream', 'It is no recording: it holds a program.'],
  ['-----BEGIN PGP', 'application/pgp-encrypted', 'It is encrypted (PGP): send it without.'],
]

/** Why bytes that no reader knows are no recording, from the first of them. */
export function notARecording(head: Uint8Array): Unusable {
  const text = latin1(head.subarray(0, 4_096))
  for (const [signature, mediaType, sentence] of known)
    if (text.startsWith(signature)) return new Unusable(mediaType, sentence)
  if (text.startsWith('PK\x03\x04')) return zip(latin1(head.subarray(0, 16_384)))
  if (text.startsWith('\xd0\xcf\x11\xe0')) return oldOffice()
  if (head.every(byte => byte === 0))
    return new Unusable('application/octet-stream', 'It is no recording: it begins with nothing but zeros.')
  return writing(head.subarray(0, 4_096)) ?? unknown()
}

const zip = (text: string): Unusable =>
  text.includes('xl/')
    ? new Unusable(
        'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
        'It is no recording: it holds an Excel file.',
      )
    : text.includes('[Content_Types].xml')
      ? new Unusable('application/zip', 'It is no recording: it holds an Office document.')
      : new Unusable('application/zip', 'It is packed (ZIP): send what is in it.')

const oldOffice = () =>
  new Unusable(
    'application/x-ole-storage',
    'It is no recording: it holds an Excel file or another Office document.',
  )

const unknown = () =>
  new Unusable(
    'application/octet-stream',
    'It is no recording that is known here: neither sound nor picture was found in it.',
  )

function writing(head: Uint8Array): Unusable | undefined {
  const text = textOf(head)
  if (text === undefined) return undefined
  const begin = text.trimStart().slice(0, 100).toLowerCase()
  if (begin.startsWith('<!doctype html') || begin.startsWith('<html'))
    return new Unusable('text/html', 'It is no recording: it holds a web page (HTML).')
  if (begin.startsWith('<?xml')) return new Unusable('text/xml', 'It is no recording: it holds XML.')
  return new Unusable('text/plain', 'It is no recording: it holds text.')
}

/** UTF-8, UTF-16 or Windows-1252, when nothing in it is a control character of no text. */
function textOf(head: Uint8Array): string | undefined {
  const utf16 =
    head[0] === 0xff && head[1] === 0xfe
      ? 'utf-16le'
      : head[0] === 0xfe && head[1] === 0xff
        ? 'utf-16be'
        : undefined
  const encoding = utf16 ?? (isUtf8(wholeCharacters(head)) ? 'utf-8' : 'windows-1252')
  const text = new TextDecoder(encoding).decode(head)
  if (encoding === 'windows-1252' && !mostlyAscii(text)) return undefined
  for (let at = 0; at < text.length; at++) if (isControl(text.charCodeAt(at))) return undefined
  return text
}

const spaces = [9, 10, 12, 13]

const isControl = (code: number) => (code < 32 && !spaces.includes(code)) || (code >= 127 && code < 160)

/** Without a character that the end of the head cut in two. */
const wholeCharacters = (head: Uint8Array) => {
  let end = head.length
  for (let back = 1; back <= 3 && back <= head.length; back++)
    if ((head[head.length - back] ?? 0) >= 0xc0) end = head.length - back
  return head.subarray(0, end)
}

/** Noise can go without control characters when it is short; text of a legacy encoding is ASCII for the most part. */
const mostlyAscii = (text: string) => text.replaceAll(/[^\t\n\r\x20-\x7e]/g, '').length >= text.length * 0.8
