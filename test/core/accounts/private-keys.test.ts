import { spawnSync } from 'node:child_process'
import { createPrivateKey } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import ssh2 from 'ssh2'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type KeyAlgorithm, newEd25519Pair, newKeyPair } from '../../../core/accounts/private-key/key-pair.ts'
import { newPrivateKey, privateKeyFormats } from '../../../core/accounts/private-key/new-private-key.ts'
import { opensshForm } from '../../../core/accounts/private-key/openssh-form.ts'
import { pemForm } from '../../../core/accounts/private-key/pem-form.ts'
import { puttyForm } from '../../../core/accounts/private-key/putty-form.ts'

const there = (program: string) => spawnSync(program, ['--version']).error === undefined
const keygen = there('ssh-keygen')
const puttygen = there('puttygen')
const openssl = there('openssl')

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'nightdrop-private-'))
})
afterAll(() => rmSync(folder, { recursive: true }))

let files = 0
function fileOf(text: string): string {
  const file = join(folder, `key-${(files += 1)}`)
  writeFileSync(file, text, { mode: 0o600 })
  return file
}

function run(program: string, ...args: string[]): string {
  const { status, stdout, stderr } = spawnSync(program, args, { encoding: 'utf8' })
  expect(status, `${program} ${args.join(' ')}: ${stderr}`).toBe(0)
  return stdout
}

const firstTwo = (line: string) => line.split(' ').slice(0, 2).join(' ').trim()
const algorithms: KeyAlgorithm[] = ['ED25519', 'RSA_4096']
const made = algorithms.flatMap(algorithm => privateKeyFormats.map(format => ({ algorithm, format })))

describe.skipIf(!keygen)('OpenSSH (skipped where ssh-keygen is missing)', () => {
  test.each(
    made.filter(
      ({ algorithm, format }) => format !== 'PPK' && !(algorithm === 'ED25519' && format === 'PEM'),
    ),
  )('reads $algorithm as $format', async wish => {
    const { publicLine, privateKey } = await newPrivateKey({ ...wish, comment: 'night' })
    const said = run('ssh-keygen', '-y', '-P', '', '-f', fileOf(privateKey))
    expect(firstTwo(said)).toBe(publicLine)
  })

  test('reads every ED25519 key, also one that begins with a zero', () => {
    let pair = newEd25519Pair()
    while (pair.type === 'ssh-ed25519' && pair.publicBytes[0] !== 0) pair = newEd25519Pair()
    const said = run('ssh-keygen', '-y', '-f', fileOf(opensshForm(pair, '')))
    expect(firstTwo(said)).toBe(`ssh-ed25519 ${pair.publicBlob.toString('base64')}`)
  })
})

describe.skipIf(!puttygen)('PuTTY (skipped where puttygen is missing)', () => {
  test.each(algorithms)('reads %s as PPK, and turns it into the key that it is', async algorithm => {
    const pair = await newKeyPair(algorithm)
    const file = fileOf(puttyForm(pair, 'night'))
    expect(firstTwo(run('puttygen', file, '-L'))).toBe(`${pair.type} ${pair.publicBlob.toString('base64')}`)
    const back = join(folder, `back-${algorithm}`)
    run('puttygen', file, '-O', 'private-openssh', '-o', back)
    expect(firstTwo(run('ssh-keygen', '-y', '-f', back))).toContain(pair.publicBlob.toString('base64'))
  })

  test.each(algorithms)('writes byte for byte the PPK of ours from our OpenSSH form: %s', async algorithm => {
    const pair = await newKeyPair(algorithm)
    const theirs = join(folder, `theirs-${algorithm}.ppk`)
    const source = fileOf(opensshForm(pair, 'night'))
    run('puttygen', source, '-O', 'private', '--ppk-param', 'version=2', '-C', 'night', '-o', theirs)
    expect(puttyForm(pair, 'night')).toBe(readFileSync(theirs, 'utf8'))
  })
})

describe.skipIf(!openssl)('OpenSSL (skipped where openssl is missing)', () => {
  test.each([
    ['ED25519', 'PRIVATE KEY'],
    ['RSA_4096', 'RSA PRIVATE KEY'],
  ] as const)('reads %s as PEM, and finds it sound', async (algorithm, kind) => {
    const pem = pemForm(await newKeyPair(algorithm))
    expect(pem).toMatch(new RegExp(`^-----BEGIN ${kind}-----\n`))
    run('openssl', 'pkey', '-check', '-noout', '-in', fileOf(pem))
  })
})

/** What ssh2's own reader takes: of ED25519 keys OpenSSH's form alone. */
const read = made.filter(({ algorithm, format }) => algorithm === 'RSA_4096' || format === 'OPENSSH')

test.each(read)('$algorithm as $format: the file holds the private half of its public line', async wish => {
  const { publicLine, privateKey } = await newPrivateKey({ ...wish, comment: 'x' })
  const parsed = ssh2.utils.parseKey(privateKey)
  if (parsed instanceof Error) throw parsed
  expect(parsed.isPrivateKey()).toBe(true)
  expect(`${parsed.type} ${parsed.getPublicSSH().toString('base64')}`).toBe(publicLine)
  expect(parsed.verify('night', parsed.sign('night'))).toBe(true)
})

test('ED25519 as PEM holds the private half of its public line', async () => {
  const wish = { algorithm: 'ED25519', format: 'PEM', comment: 'x' } as const
  const { publicLine, privateKey } = await newPrivateKey(wish)
  const { x = '' } = createPrivateKey(privateKey).export({ format: 'jwk' })
  const blob = Buffer.from(publicLine.split(' ')[1] ?? '', 'base64')
  expect(blob.subarray(-32)).toEqual(Buffer.from(x, 'base64url'))
})
