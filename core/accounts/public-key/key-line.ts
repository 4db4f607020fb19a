import { DAMAGED, DSA, type Found } from './reading.ts'

const NOT_A_KEY =
  'This is no public key: send one line that begins with ssh-ed25519, ecdsa-sha2-… or ssh-rsa, as the file that ends in .pub has it.'

const PUTTY_FILE =
  "This is the beginning of PuTTY's own key file (.ppk). Open the file in PuTTYgen and copy the line from the box at its top."

/** The blob of every type begins with a length under 256: base64 of three zero bytes. */
const KEY = /(?:^|\s)(?:((?:sk-)?(?:ssh|ecdsa)-[\w.@-]+)\s+)?(AAAA[A-Za-z0-9+/]+={0,2})(?=\s|$)/

/** How many fields follow the type in a blob. */
const fieldsOf: Record<string, number> = { 'ssh-ed25519': 1, 'ssh-rsa': 2 }
const ECDSA_FIELDS = 2

const optionNames = [
  'agent-forwarding|cert-authority|command|environment|expiry-time|from|no-agent-forwarding|no-port-forwarding',
  'no-pty|no-touch-required|no-user-rc|no-x11-forwarding|permitlisten|permitopen|port-forwarding|principals|pty',
  'restrict|tunnel|user-rc|verify-required|x11-forwarding',
]
const option = String.raw`(?:${optionNames.join('|')})(?:="(?:\\.|[^"\\])*")?`

/** What authorized_keys has before a key, such as `no-pty,from="10.0.0.0/8"`. */
const OPTIONS = new RegExp(`^${option}(?:,${option})*$`, 'i')

/**
 * The line that `ssh-keygen` writes and PuTTYgen shows: type, base64, comment. Options before it, as in
 * authorized_keys, are read past; the base64 may be wrapped, or stand alone.
 */
export function readKeyLine(text: string): Found {
  if (text.includes('PuTTY-User-Key-File')) return { fault: PUTTY_FILE }
  const found = KEY.exec(text)
  if (!found) return { fault: wordsFor(text) }
  const [matched, type, first = ''] = found
  const before = text.slice(0, found.index).trim()
  const fault = typeFault(type) ?? optionsFault(before)
  if (fault !== undefined) return { fault }
  const { body, rest } = unwrapped(first, text.slice(found.index + matched.length))
  if (KEY.test(rest)) return { fault: 'These are several keys: add them one by one.' }
  const blob = Buffer.from(body, 'base64')
  // A type that says something else than the key itself: two lines were mixed up.
  if (type !== undefined && nameIn(blob) !== type) return { fault: DAMAGED }
  return { blob }
}

/** The type that a blob says it is of. */
export const nameIn = (blob: Buffer): string => {
  const length = blob.length < 4 ? 0 : blob.readUInt32BE(0)
  return length > 64 ? '' : blob.toString('latin1', 4, 4 + length)
}

/**
 * Base64 that goes on in the next lines, as mail programs and terminals wrap it. A blob says how long it is, and only
 * lines that make exactly that much are joined: a comment is never taken for the end of a key that was cut off.
 */
function unwrapped(first: string, after: string): { body: string; rest: string } {
  let [body, rest] = [first, after]
  for (;;) {
    const needed = lengthOf(Buffer.from(body, 'base64'))
    const [, more, behind = ''] =
      /^[ \t]*(?:\r\n|\n|\r)\s*([A-Za-z0-9+/]+={0,2})(?=\s|$)(.*)/s.exec(rest) ?? []
    const characters = body.replace(/=+$/, '').length
    if (more === undefined || body.endsWith('=') || (needed !== undefined && characters >= needed))
      return { body, rest }
    const joined = characters + more.replace(/=+$/, '').length
    if (needed !== undefined && joined > needed) return { body, rest }
    ;[body, rest] = [body + more, behind]
  }
}

/** Characters of base64, without padding, that a whole blob takes; unknown as long as its last length is not there. */
function lengthOf(blob: Buffer): number | undefined {
  const name = nameIn(blob)
  const fields = fieldsOf[name] ?? (name.startsWith('ecdsa-sha2-') ? ECDSA_FIELDS : 0)
  let end = 4 + name.length
  for (let field = 0; field < fields; field++) {
    if (blob.length < end + 4) return undefined
    end += 4 + blob.readUInt32BE(end)
  }
  return Math.ceil((end * 8) / 6)
}

function typeFault(type: string | undefined): string | undefined {
  if (type === undefined) return undefined
  if (type === 'ssh-dss') return DSA
  if (type.includes('-cert-'))
    return 'This is a certificate. Send the public key itself, the file that ends in .pub and not in -cert.pub.'
  if (type.startsWith('sk-'))
    return 'This key lives on a device that a person must touch, which no nightly job can. Make an Ed25519 key: ssh-keygen -t ed25519.'
  return undefined
}

function optionsFault(before: string): string | undefined {
  if (before === '') return undefined
  if (/\bcert-authority\b/i.test(before))
    return 'This is the key of a certificate authority. Send the public key that the sender logs in with.'
  if (!OPTIONS.test(before))
    return 'Something stands before the key that is no part of it: send the key alone, beginning with its type.'
  return undefined
}

function wordsFor(text: string): string {
  if (/\bssh-dss\b/.test(text)) return DSA
  if (/SHA256:|^(?:MD5:)?(?:[0-9a-f]{2}:){15}/i.test(text))
    return 'This is the fingerprint of a key: send the public key itself, the file that ends in .pub.'
  return /\b(?:ssh-ed25519|ssh-rsa|ecdsa-sha2-)/.test(text) ? DAMAGED : NOT_A_KEY
}
