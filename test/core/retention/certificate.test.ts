import { createPublicKey, randomBytes } from 'node:crypto'
import { expect, test } from 'vitest'
import {
  type Certificate,
  certificateFault,
  certificateKey,
  publicHalf,
  writeCertificate,
} from '../../../core/retention/certificate.ts'
import { localMasterKeys } from '../../../core/vault/master-keys.ts'
import { fc } from '../../support/properties.ts'

const key = await certificateKey(localMasterKeys(randomBytes(32)))
const publicKey = createPublicKey(publicHalf(key))

const issue = async (rule: Record<string, unknown> | null, entries = 2): Promise<string> => {
  const id = '0196f0a0-0000-7000-8000-000000000001'
  const at = '2026-06-15T12:00:00.000Z'
  const counts = { contacts: entries, recordings: 0, files: 0, bytes: 0 }
  const times = { startedAt: at, finishedAt: at, completeBy: null }
  const document = { kind: 'RETENTION_RUN', id, tenantId: id, rule, counts, ...times } as const
  const destroyed = Array.from({ length: entries }, (_, number) => ({
    number,
    at,
    references: [id],
    objects: [],
  }))
  return (await Array.fromAsync(writeCertificate(key, document, destroyed))).join('')
}

test('one of an older release, whose rule names who set it, holds', async () => {
  expect(certificateFault(await issue({ enabled: true, changedBy: 'Jo Doe' }), publicKey)).toBeNull()
  expect(certificateFault(await issue(null, 0), publicKey)).toBeNull()
})

type Change = (whole: Certificate, text: string) => string
const anew = (whole: Certificate): string =>
  `{"destroyed":${JSON.stringify(whole.destroyed)},\n"document":${JSON.stringify(whole.document)},\n"signature":${JSON.stringify(whole.signature)}}\n`

const signature = (change: object): Change => {
  return whole => anew({ ...whole, signature: { ...whole.signature, ...change } })
}

test.each<[string, Change]>([
  ['another algorithm', signature({ algorithm: 'RSA' })],
  ['no text for a signature', signature({ value: 5 })],
  ['no text for a key', signature({ keyId: null })],
  ['something beside the signature', signature({ by: 'the authority' })],
  ['signs that are no base64', whole => signature({ value: `!!${whole.signature.value}??` })(whole, '')],
  [
    'base64 without its end',
    whole => signature({ value: whole.signature.value.replace(/=+$/, '') })(whole, ''),
  ],
  ['a remark', (_, text) => text.replace('{', '{"note":"All of Jo Doe was destroyed",')],
  [
    'a document before the true one',
    ({ document }, text) =>
      text.replace(
        '"document":',
        `"document":${JSON.stringify({ ...document, kind: 'ERASURE' })},"document":`,
      ),
  ],
  ['a list before the true one', (_, text) => text.replace('{', '{"destroyed":[],')],
  [
    'counts before the true ones',
    (_, text) => text.replace('"counts":', '"counts":{"contacts":9},"counts":'),
  ],
  ['another way to write the same', (whole: Certificate) => JSON.stringify(whole)],
  ['something behind its end', (_, text) => `${text}\n`],
  ['a list that is none', (whole, text) => text.replace(JSON.stringify(whole.destroyed), '{}')],
  ['nothing but null', () => 'null'],
  ['a signature that is true', whole => JSON.stringify({ ...whole, signature: true })],
])('a certificate with %s is not believed', async (_, change) => {
  const text = await issue({ enabled: true })
  expect(anew(JSON.parse(text))).toBe(text)
  const changed = change(JSON.parse(text), text)
  expect(changed).not.toBe(text)
  expect(certificateFault(changed, publicKey)).toEqual(expect.stringMatching(/\.$/))
})

test('no byte of it can be taken away, doubled or made another', async () => {
  const text = await issue({ enabled: true, deleteAfterDays: 30 })
  await fc.assert(
    fc.asyncProperty(
      fc.nat(text.length - 1),
      fc.constantFrom('', ' ', '0', '"', '{', '\n', 'é'),
      fc.nat(1),
      async (at, put, taken) => {
        const changed = text.slice(0, at) + put + text.slice(at + taken)
        fc.pre(changed !== text)
        expect(certificateFault(changed, publicKey)).not.toBeNull()
      },
    ),
    { numRuns: 500 },
  )
})
