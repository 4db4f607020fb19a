import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import ssh2 from 'ssh2'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { keptHostKeys, readHostKeys } from '../../sftp/host-keys.ts'
import { newPrivateKey } from '../../sftp/new-key.ts'
import { parsePrivateKey } from '../../sftp/ssh.ts'
import { installed, run } from './support/clients.ts'

describe('host keys', () => {
  let folder: string
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'nightdrop-keys-'))
  })
  afterEach(() => rm(folder, { recursive: true, force: true }))

  test('are made once, for their owner alone, and are the same ever after, also for processes that start at once', async () => {
    const [one, two] = await Promise.all([keptHostKeys(folder), keptHostKeys(folder)])
    const three = await keptHostKeys(folder)
    expect(one.map(({ type }) => type)).toEqual(['ssh-ed25519', 'ecdsa-sha2-nistp256', 'ssh-rsa'])
    expect(two).toEqual(one)
    expect(three).toEqual(one)
    expect((await stat(join(folder, 'ssh_host_rsa_key'))).mode & 0o777).toBe(0o600)
  })

  test.skipIf(!installed('ssh-keygen'))(
    'bear the fingerprints that ssh-keygen prints (skipped where it is missing)',
    async () => {
      for (const key of await keptHostKeys(folder)) {
        const name = { 'ssh-ed25519': 'ed25519', 'ecdsa-sha2-nistp256': 'ecdsa', 'ssh-rsa': 'rsa' }[key.type]
        const { out } = await run('ssh-keygen', ['-lf', join(folder, `ssh_host_${name}_key`)])
        expect(out.split(' ')[1]).toBe(key.fingerprint)
      }
    },
  )

  test.skipIf(!installed('ssh-keygen'))(
    'are readable by OpenSSH with a leading zero, too (skipped where it is missing)',
    async () => {
      let key = newPrivateKey('ed25519')
      while (parsePrivateKey(key).getPublicSSH().at(-32) !== 0) key = newPrivateKey('ed25519')
      const file = join(folder, 'zero')
      await writeFile(file, key, { mode: 0o600 })
      const { code, out } = await run('ssh-keygen', ['-yf', file])
      expect({ code, blob: out.split(' ')[1]?.trim() }).toEqual({
        code: 0,
        blob: parsePrivateKey(key).getPublicSSH().toString('base64'),
      })
    },
  )

  test('that cannot serve are refused by the name of their file', async () => {
    const file = join(folder, 'key')
    const refusal = async (text: string) => {
      await writeFile(file, text)
      return readHostKeys([file]).then(
        () => 'none',
        (error: Error) => error.message,
      )
    }
    expect(await refusal('nonsense')).toContain(`${file}: no readable private key`)
    expect(await refusal(ssh2.utils.generateKeyPairSync('ed25519').public)).toContain('a public key')
    expect(await refusal(ssh2.utils.generateKeyPairSync('rsa', { bits: 1024 }).private)).toContain(
      'RSA key of 1024 bits',
    )
    expect(await refusal(ssh2.utils.generateKeyPairSync('rsa', { bits: 2048 }).private)).toBe('none')
    await expect(readHostKeys([join(folder, 'missing')])).rejects.toThrow('missing')
    await expect(readHostKeys([file, file])).rejects.toThrow('a second ssh-rsa key')
  })
})
