import { createPrivateKey } from 'node:crypto'

/** Headers of PEM and SSH2 files, and how the body of an OpenSSH one begins, should its header be left out. */
const HEADERS = /PRIVATE KEY|b3BlbnNzaC1rZXktdjE/

/** Of a PuTTY file, which has the public half in front. */
const PUTTY = /\bPrivate-(Lines|MAC|Hash):/

/** Of a JSON web key. */
const JWK = /"d"\s*:\s*"[\w-]{16,}"/

/** Whether pasted text holds a private key, whatever its form and even without the lines around it. */
export const holdsPrivateKey = (text: string): boolean =>
  HEADERS.test(text) || PUTTY.test(text) || JWK.test(text) || isBareDer(text)

/** The body of a PEM file alone: OpenSSL says what it is. */
function isBareDer(text: string): boolean {
  const body = text.replace(/\s+/g, '')
  if (!/^M[A-Za-z0-9+/]{40,}={0,2}$/.test(body)) return false
  const key = Buffer.from(body, 'base64')
  return (['pkcs8', 'pkcs1', 'sec1'] as const).some(type => {
    try {
      createPrivateKey({ key, format: 'der', type })
      return true
    } catch {
      return false
    }
  })
}
