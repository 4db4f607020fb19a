import { describe, expect, test } from 'vitest'
import { eventually, installed, run, sftp, sshArguments } from './support/clients.ts'
import { openDoor } from './support/door.ts'

describe.skipIf(!installed('sftp'))('logging in with OpenSSH (skipped where it is not installed)', () => {
  test('an unknown user and a wrong key hear the same, and are told apart on record', async () => {
    await using door = await openDoor()
    const heard = [
      await sftp(door, ['pwd'], { user: 'nobody' }),
      await sftp(door, ['pwd'], { key: 'stranger' }),
    ].map(({ code, out }) => ({ code, out: out.replaceAll(/nobody|night/g, 'user') }))
    expect(heard[0]?.out).toContain('Permission denied (publickey)')
    expect(heard[0]).toEqual(heard[1])
    await eventually(() => door.attempts.length === 2)
    expect(door.attempts).toMatchObject([
      { username: 'nobody', reason: 'There is no such user.', address: '127.0.0.1' },
      { username: 'night', reason: 'The key is not the account’s.' },
    ])
    expect(door.attempts[0]?.client).toContain('OpenSSH')
    expect(door.logins).toEqual([])
  })

  test.each(['rsa-sha2-512', 'rsa-sha2-256'])(
    'an RSA key that signs by %s alone is let in',
    async algorithm => {
      await using door = await openDoor()
      const options = [`PubkeyAcceptedAlgorithms=${algorithm}`]
      expect(await sftp(door, ['pwd'], { key: 'rsa', options })).toMatchObject({ code: 0 })
      expect(door.logins[0]?.key.algorithm).toBe('ssh-rsa')
    },
  )

  test('an RSA key that may only sign by SHA-1 is not even offered, and the visit is on record', async () => {
    await using door = await openDoor()
    const options = ['PubkeyAcceptedAlgorithms=ssh-rsa']
    expect((await sftp(door, ['pwd'], { key: 'rsa', options })).code).not.toBe(0)
    await eventually(() => door.attempts.length === 1)
    expect(door.attempts[0]?.reason).toContain('before it logged in')
  })

  test.each(['ssh-ed25519', 'ecdsa-sha2-nistp256', 'rsa-sha2-512', 'rsa-sha2-256'])(
    'the server proves itself by %s',
    async algorithm => {
      await using door = await openDoor()
      expect(await sftp(door, ['pwd'], { options: [`HostKeyAlgorithms=${algorithm}`] })).toMatchObject({
        code: 0,
      })
    },
  )

  test.each([
    ['HostKeyAlgorithms=ssh-rsa', 'kind of host key'],
    ['KexAlgorithms=diffie-hellman-group14-sha1', 'key exchange method'],
    ['Ciphers=aes128-cbc', 'cipher'],
  ])('a client with %s shares nothing with the server, and staff see what', async (option, what) => {
    await using door = await openDoor()
    expect((await sftp(door, ['pwd'], { options: [option] })).code).not.toBe(0)
    await eventually(() => door.attempts.length === 1)
    expect(door.attempts[0]).toMatchObject({ username: null })
    expect(door.attempts[0]?.reason).toContain(`no ${what} in common`)
  })

  test.each([
    'KexAlgorithms=curve25519-sha256',
    'KexAlgorithms=ecdh-sha2-nistp256',
    'KexAlgorithms=diffie-hellman-group14-sha256',
    'KexAlgorithms=diffie-hellman-group18-sha512',
    'Ciphers=aes256-gcm@openssh.com',
    'Ciphers=aes256-ctr',
    'MACs=hmac-sha2-256',
  ])('an old or new client with %s gets on', async option => {
    await using door = await openDoor()
    const options = option.startsWith('MACs') ? [option, 'Ciphers=aes128-ctr'] : [option]
    expect(await sftp(door, ['pwd'], { options })).toMatchObject({ code: 0 })
  })

  test('a strict server turns NIST curves away', async () => {
    await using door = await openDoor({ strict: true })
    expect((await sftp(door, ['pwd'], { options: ['KexAlgorithms=ecdh-sha2-nistp256'] })).code).not.toBe(0)
    expect(await sftp(door, ['pwd'])).toMatchObject({ code: 0 })
  })

  test('no more connections at once than the account may have', async () => {
    await using door = await openDoor({ connections: 0 })
    expect((await sftp(door, ['pwd'])).code).not.toBe(0)
    await eventually(() => door.attempts.length === 1)
    expect(door.attempts[0]?.reason).toContain('as many as it may')
    expect([door.begun, door.ends]).toEqual([[], []])
  })

  test('neither a shell nor a command nor a tunnel is to be had', async () => {
    await using door = await openDoor()
    const login = [...sshArguments(door), '-p', String(door.server.port), 'night@127.0.0.1']
    expect((await run('ssh', [...login, 'id'])).code).not.toBe(0)
    expect((await run('ssh', ['-W', '127.0.0.1:22', ...login])).code).not.toBe(0)
  })
})
