import { createPublicKey, type KeyObject } from 'node:crypto'
import { certificateFault, certificateKey, publicHalf } from '../../core/retention/certificate.ts'
import type { Call, Result, Subject } from './command.ts'
import { UsageFault } from './faults.ts'

export const certificate: Subject = {
  summary: 'signed records of what was deleted',
  verbs: {
    verify: {
      usage: 'FILE [--key FILE]',
      summary: 'Whether a certificate is as it was written; by a public key alone, or by the master key.',
      options: { key: { type: 'string' } },
      run: verify,
    },
    key: { usage: '', summary: 'The public key that certificates are checked by, as PEM.', run: key },
  },
}

async function verify(call: Call): Promise<Result> {
  const text = (await call.read(call.words[0])).toString('utf8')
  const fault = certificateFault(text, await publicKey(call))
  if (fault !== null) return { value: { valid: false, fault }, text: fault, failed: true }
  const { document } = JSON.parse(text) as { document: Record<string, unknown> }
  return { value: { valid: true, document }, text: `Valid.\n${JSON.stringify(document, null, 2)}` }
}

async function publicKey(call: Call): Promise<KeyObject> {
  const file = call.option('key')
  if (file === undefined) return createPublicKey(await publicPem(call))
  try {
    return createPublicKey(await call.read(file))
  } catch {
    throw new UsageFault(`${file} is no public key in PEM.`)
  }
}

async function key(call: Call): Promise<Result> {
  const pem = await publicPem(call)
  return { value: { publicKey: pem }, text: pem.trimEnd() }
}

async function publicPem(call: Call): Promise<string> {
  const { vault } = await call.reach()
  return publicHalf(await certificateKey(vault.master))
}
