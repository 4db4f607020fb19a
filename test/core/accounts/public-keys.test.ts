import { spawnSync } from 'node:child_process'
import { createPublicKey, generateKeyPairSync } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import ssh2 from 'ssh2'
import { describe, expect, test } from 'vitest'
import { newEd25519Pair } from '../../../core/accounts/private-key/key-pair.ts'
import { opensshForm } from '../../../core/accounts/private-key/openssh-form.ts'
import { puttyForm } from '../../../core/accounts/private-key/putty-form.ts'
import { readPublicKey } from '../../../core/accounts/public-key.ts'
import { Refusal } from '../../../core/refusal.ts'

const program = 'ssh-keygen'
const keygen = spawnSync(program, ['-?']).error === undefined

const ed25519 = { public: `ssh-ed25519 ${newEd25519Pair().publicBlob.toString('base64')} batch@example` }
const rsa = ssh2.utils.generateKeyPairSync('rsa', { bits: 2048, comment: 'old recorder' })

/** What was said to whoever pasted this, and where; never what was pasted. */
function refusal(text: string): string {
  try {
    readPublicKey(text)
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    expect(error.code).toBe('BAD_INPUT')
    expect(error.fields.map(({ path }) => path)).toEqual([['publicKey']])
    const told = `${JSON.stringify(error)} ${error.stack}`
    for (const piece of text.match(/[A-Za-z0-9+/]{24,}/g) ?? []) expect(told).not.toContain(piece)
    return error.message
  }
  return 'taken'
}

describe.skipIf(!keygen)('keys that ssh-keygen makes (skipped where it is missing)', () => {
  test.each([
    ['ed25519', [], 'ssh-ed25519'],
    ['ecdsa', ['-b', '256'], 'ecdsa-sha2-nistp256'],
    ['ecdsa', ['-b', '384'], 'ecdsa-sha2-nistp384'],
    ['ecdsa', ['-b', '521'], 'ecdsa-sha2-nistp521'],
    ['rsa', ['-b', '2048'], 'ssh-rsa'],
    ['rsa', ['-b', '3072'], 'ssh-rsa'],
  ])(
    '%s %s: line, SSH2 file and fingerprint; the private half is refused in each form',
    (type, flags, algorithm) => {
      const folder = mkdtempSync(join(tmpdir(), 'nightdrop-key-'))
      try {
        const file = join(folder, 'key')
        const run = (...args: string[]) => spawnSync(program, args, { encoding: 'utf8' }).stdout
        run('-q', '-t', type, ...flags, '-N', '', '-C', 'who "quotes" @ where', '-f', file)
        const pub = readFileSync(`${file}.pub`, 'utf8')
        const read = readPublicKey(pub)
        expect(read).toEqual({
          algorithm,
          line: pub.split(' ').slice(0, 2).join(' '),
          fingerprint: run('-lf', file).split(' ')[1],
        })
        expect(readPublicKey(run('-e', '-f', `${file}.pub`))).toEqual(read)
        // OpenSSH itself writes no PKCS#8 of Ed25519 keys before 9.6.
        if (type !== 'ed25519')
          expect(readPublicKey(run('-e', '-m', 'PKCS8', '-f', `${file}.pub`))).toEqual(read)
        expect(refusal(readFileSync(file, 'utf8'))).toContain('This is a private key')
        run('-p', '-q', '-N', 'phrase', '-m', 'PEM', '-f', file)
        expect(refusal(readFileSync(file, 'utf8'))).toContain('This is a private key')
      } finally {
        rmSync(folder, { recursive: true })
      }
    },
  )

  test('RSA of 1024 bits is too short', () => {
    expect(refusal(ssh2.utils.generateKeyPairSync('rsa', { bits: 1024 }).public)).toContain('1024 bits')
  })
})

test.each([
  ['carriage returns', `${ed25519.public}\r\n`],
  ['a byte order mark and blanks', `\uFEFF  ${ed25519.public}  `],
  ['tabs', ed25519.public.replace(' ', '\t')],
  ['no comment', ed25519.public.split(' ').slice(0, 2).join(' ')],
  ['quotes around it', `"${ed25519.public.trim()}"`],
  ['its type on a line of its own', ed25519.public.replace(' ', '\n')],
  ['no type at all', ed25519.public.split(' ')[1] ?? ''],
  ['options', `from="10.0.0.0/8,!10.1.*",no-pty,command="echo \\"a b\\"" ${ed25519.public}`],
  ['one option', `restrict ${ed25519.public}`],
])('a key is the same with %s', (_, text) => {
  expect(readPublicKey(text)).toEqual(readPublicKey(ed25519.public))
})

test('a key is the same however its lines are wrapped, with or without a comment', () => {
  const [type = '', body = ''] = rsa.public.split(' ')
  const whole = readPublicKey(rsa.public)
  for (const width of [20, 40, 64, 70, 76, 300])
    for (const comment of ['', ' AAAA who knows', '\nsent from my telephone'])
      for (const end of ['\n', '\r\n', '\n    ', ' \r\n']) {
        const wrapped = (body.match(new RegExp(`.{1,${width}}`, 'g')) ?? []).join(end)
        expect(readPublicKey(`${type} ${wrapped}${comment}`), `${width} ${comment}`).toEqual(whole)
      }
})

describe('PEM', () => {
  test.each([
    ['Ed25519', generateKeyPairSync('ed25519').publicKey, 'ssh-ed25519'],
    ['RSA', generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey, 'ssh-rsa'],
    ['P-256', generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey, 'ecdsa-sha2-nistp256'],
    ['P-384', generateKeyPairSync('ec', { namedCurve: 'P-384' }).publicKey, 'ecdsa-sha2-nistp384'],
    ['P-521', generateKeyPairSync('ec', { namedCurve: 'P-521' }).publicKey, 'ecdsa-sha2-nistp521'],
  ])('%s is the key that OpenSSL wrote, with line ends or without', (_, key, algorithm) => {
    const pem = key.export({ type: 'spki', format: 'pem' }) as string
    const read = readPublicKey(pem)
    expect(read.algorithm).toBe(algorithm)
    const parsed = ssh2.utils.parseKey(read.line)
    if (parsed instanceof Error) throw parsed
    expect(createPublicKey(parsed.getPublicPEM()).equals(key)).toBe(true)
    expect(readPublicKey(pem.replaceAll('\n', ' '))).toEqual(read)
  })

  test('RSA as PKCS#1, and too short a one', () => {
    const pemOf = (modulusLength: number, type: 'pkcs1' | 'spki') =>
      generateKeyPairSync('rsa', { modulusLength }).publicKey.export({ type, format: 'pem' }) as string
    expect(readPublicKey(pemOf(2048, 'pkcs1')).algorithm).toBe('ssh-rsa')
    expect(refusal(pemOf(1024, 'spki'))).toContain('1024 bits')
  })
})

describe('SSH2 files', () => {
  const [, body = ''] = ed25519.public.split(' ')
  const file = (...headers: string[]) =>
    ['---- BEGIN SSH2 PUBLIC KEY ----', ...headers, body, '---- END SSH2 PUBLIC KEY ----', ''].join('\n')
  test.each([
    ['a quoted comment', file('Comment: "who: \\"AAAA\\" @ where"')],
    ['a comment that goes on', file('Comment: "a very long \\', 'comment AAAA that goes \\', 'on"')],
    ['other headers', file('Subject: me', 'x-private: AAAA')],
    ['no header', file()],
    ['carriage returns', file('Comment: x').replaceAll('\n', '\r\n')],
    ['line ends lost', file('Comment: "night job"').replaceAll('\n', ' ')],
    ['something before it', `Here it is:\n${file('Comment: x')}`],
  ])('with %s', (_, text) => {
    expect(readPublicKey(text)).toEqual(readPublicKey(ed25519.public))
  })
})

test('where a key was sent is said by its own path', () => {
  expect(() => readPublicKey('nothing', ['input', 'sshPublicKey'])).toThrow(
    expect.objectContaining({ fields: [expect.objectContaining({ path: ['input', 'sshPublicKey'] })] }),
  )
})

describe('a private key is refused loudly, whatever its form', () => {
  const pem = (type: 'pkcs1' | 'pkcs8') =>
    generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ type, format: 'pem' }) as string
  const openssh = opensshForm(newEd25519Pair(), '')
  test.each([
    ['OpenSSH', openssh],
    ['OpenSSH without its first and last line', openssh.split('\n').slice(1, -2).join('\n')],
    ['OpenSSH on one line', openssh.replaceAll('\n', ' ')],
    ['OpenSSH with written-out newlines', openssh.replaceAll('\n', '\\n')],
    ['PEM, PKCS#1', pem('pkcs1')],
    ['PEM, PKCS#8', pem('pkcs8')],
    ['PuTTY', puttyForm(newEd25519Pair(), 'x')],
    ['PuTTY on one line', puttyForm(newEd25519Pair(), 'x').replaceAll('\n', ' ')],
    ['the body of PKCS#8 alone', pem('pkcs8').split('\n').slice(1, -2).join('\n')],
    ['the body of PKCS#1 alone', pem('pkcs1').split('\n').slice(1, -2).join('')],
    ['a JSON web key', JSON.stringify(newEd25519Pair().privateKey.export({ format: 'jwk' }))],
    ['behind the public one', `${ed25519.public}\n${openssh}`],
  ])('%s', (_, text) => {
    expect(refusal(text)).toMatch(/^This is a private key\. It was not kept;/)
  })
})

describe('what is no usable key is said in words', () => {
  const [type = '', body = ''] = ed25519.public.split(' ')
  const [rsaType = '', rsaBody = ''] = rsa.public.split(' ')
  const ppk = puttyForm(newEd25519Pair(), 'x')
  const dsa = generateKeyPairSync('dsa', { modulusLength: 2048, divisorLength: 256 }).publicKey.export({
    type: 'spki',
    format: 'pem',
  }) as string
  const pemOf = (namedCurve: string) =>
    generateKeyPairSync('ec', { namedCurve }).publicKey.export({ type: 'spki', format: 'pem' }) as string
  const blobOf = (name: string, bytes: Buffer) => {
    const counted = (part: Buffer) => {
      const length = Buffer.alloc(4)
      length.writeUInt32BE(part.length)
      return Buffer.concat([length, part])
    }
    return Buffer.concat([counted(Buffer.from(name)), counted(bytes)]).toString('base64')
  }
  test.each([
    ['nothing', '', 'no public key'],
    ['a password', 'hunter2', 'no public key'],
    ['DSA', 'ssh-dss AAAAB3NzaC1kc3MAAACBAJ x', 'DSA keys are too weak'],
    ['base64 cut off', `${type} ${body.slice(0, -9)}`, 'damaged'],
    ['RSA cut off', `${rsaType} ${rsaBody.slice(0, 200)}`, 'damaged'],
    ['a key of 31 bytes', `${type} ${blobOf('ssh-ed25519', Buffer.alloc(31, 7))}`, 'damaged'],
    ['another type before it', `ssh-rsa ${body}`, 'damaged'],
    ['no base64', `${type} !!!!`, 'damaged'],
    ['type alone', type, 'damaged'],
    [
      'a wrapped key whose end is missing',
      `${rsaType} ${rsaBody.slice(0, 70)}\n${rsaBody.slice(70, 140)}`,
      'damaged',
    ],
    ['a key cut off before a comment on its line', `${type} ${body.slice(0, -4)} abcd`, 'damaged'],
    ['a key cut off before another line', `${type} ${body.slice(0, -6)}\nrecorder`, 'damaged'],
    ['two keys', `${ed25519.public}\n${rsa.public}`, 'one by one'],
    ['something before it', `my key: ${ed25519.public}`, 'Something stands before the key'],
    ['a line of known_hosts', `[sftp.example]:22 ${ed25519.public}`, 'Something stands before the key'],
    ['a certificate authority', `cert-authority ${ed25519.public}`, 'certificate authority'],
    ['a certificate', `ssh-ed25519-cert-v01@openssh.com ${body}`, 'This is a certificate'],
    ['a key on a device', `sk-ssh-ed25519@openssh.com ${body}`, 'a person must touch'],
    [
      'a fingerprint',
      '256 SHA256:Ke5cb5xGy2cUWuy2tzB1Xg0rnQpFZzTlZPfBCv7hJcI x (ED25519)',
      'the fingerprint',
    ],
    ['the public part of a .ppk', ppk.slice(0, ppk.indexOf('Private-Lines')), 'Open the file in PuTTYgen'],
    [
      'a PEM file that is damaged',
      '-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEA\n-----END PUBLIC KEY-----',
      'damaged',
    ],
    ['DSA in PEM', dsa, 'DSA keys are too weak'],
    ['another curve', pemOf('secp256k1'), 'no use for a key of this type'],
    [
      'a certificate in PEM',
      '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----',
      'a "CERTIFICATE"',
    ],
    ['PGP', '-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nmQENB', 'a "PGP PUBLIC KEY BLOCK"'],
    [
      'an SSH2 file without a key',
      '---- BEGIN SSH2 PUBLIC KEY ----\n---- END SSH2 PUBLIC KEY ----',
      'damaged',
    ],
    ['a novel', `${type} ${'A'.repeat(10_000)}`, 'too long'],
    ['NUL', `${type} \0${body}`, 'damaged'],
  ])('%s', (_, text, words) => {
    expect(refusal(text)).toContain(words)
  })

  test('a point that does not lie on its curve', () => {
    const good = generateKeyPairSync('ec', { namedCurve: 'prime256v1' }).publicKey.export({ format: 'jwk' })
    const line = (y: Buffer) => {
      const point = Buffer.concat([Buffer.from([4]), Buffer.from(good.x ?? '', 'base64url'), y])
      const part = (bytes: Buffer) => Buffer.concat([Buffer.from([0, 0, 0, bytes.length]), bytes])
      const fields = [Buffer.from('ecdsa-sha2-nistp256'), Buffer.from('nistp256'), point].map(part)
      return `ecdsa-sha2-nistp256 ${Buffer.concat(fields).toString('base64')}`
    }
    expect(refusal(line(Buffer.from(good.y ?? '', 'base64url')))).toBe('taken')
    expect(refusal(line(Buffer.alloc(32, 1)))).toContain('damaged')
  })
})

test('RSA keys that no pair has are refused: with the exponent 1 anyone could sign in their name', () => {
  const parsed = ssh2.utils.parseKey(rsa.public)
  if (parsed instanceof Error) throw parsed
  const { n = '' } = createPublicKey(parsed.getPublicPEM()).export({ format: 'jwk' })
  const line = (e: number[], modulus: Buffer) => {
    const field = (bytes: Buffer) => {
      const unsigned = (bytes[0] ?? 0) & 0x80 ? Buffer.concat([Buffer.from([0]), bytes]) : bytes
      const length = Buffer.alloc(4)
      length.writeUInt32BE(unsigned.length)
      return Buffer.concat([length, unsigned])
    }
    const blob = Buffer.concat([field(Buffer.from('ssh-rsa')), field(Buffer.from(e)), field(modulus)])
    return `ssh-rsa ${blob.toString('base64')}`
  }
  const modulus = Buffer.from(n, 'base64url')
  const even = Buffer.concat([modulus.subarray(0, -1), Buffer.from([(modulus.at(-1) ?? 0) & 0xfe])])
  expect(readPublicKey(line([1, 0, 1], modulus)).algorithm).toBe('ssh-rsa')
  // OpenSSH made such before, PuTTY does.
  for (const e of [35, 37]) expect(readPublicKey(line([e], modulus)).algorithm).toBe('ssh-rsa')
  for (const [e, of] of [
    [[1], modulus],
    [[2], modulus],
    [[1, 0, 0], modulus],
    [[1, 0, 1], even],
  ] as const)
    expect(refusal(line([...e], of)), e.join(' ')).toContain('protects nothing')
  expect(refusal(line([1, 0, 1], Buffer.concat([modulus, ...Array<Buffer>(8).fill(modulus)])))).toContain(
    '18432 bits',
  )
})

test('remarks above a key and the quotes of mails are read past', () => {
  const key = ed25519.public
  const { fingerprint } = readPublicKey(key)
  for (const pasted of [
    `# of the recorder\n# until May\n${key}`,
    `“${key}”`,
    `„${key}“`,
    `«${key}»`,
    `‘${key}’`,
  ])
    expect(readPublicKey(pasted).fingerprint, pasted).toBe(fingerprint)
})
