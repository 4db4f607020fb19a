import { DAMAGED, type Found } from './reading.ts'

const BEGIN = '---- BEGIN SSH2 PUBLIC KEY ----'
const END = '---- END SSH2 PUBLIC KEY ----'

/** RFC 4716, as PuTTYgen saves public keys and `ssh-keygen -e` writes them: headers, then base64. */
export function readSsh2File(text: string): Found | undefined {
  const [, inside, ...others] = text.split(BEGIN)
  if (inside === undefined) return undefined
  if (others.length > 0) return { fault: 'These are several keys: add them one by one.' }
  const base64 = bodyOf((inside.split(END)[0] ?? '').trim())
  return /^[A-Za-z0-9+/]+={0,2}$/.test(base64) ? { blob: Buffer.from(base64, 'base64') } : { fault: DAMAGED }
}

function bodyOf(inside: string): string {
  const lines = inside.split(/\r\n|\n|\r/).map(line => line.trim())
  // Where a form took the line ends away, the headers cannot be told from the body but by how every body begins.
  if (lines.length === 1)
    return (/(?:^|\s)(AAAA[A-Za-z0-9+/=\s]+)$/.exec(inside)?.[1] ?? '').replace(/\s+/g, '')
  return lines
    .filter((line, index) => {
      // A header may go on in the next line, behind a backslash, and its value may hold anything between quotes.
      const goesOn = lines[index - 1]?.endsWith('\\') ?? false
      return !goesOn && !line.includes(':') && !line.endsWith('\\')
    })
    .join('')
}
