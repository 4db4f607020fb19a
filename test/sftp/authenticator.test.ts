import { expect, test } from 'vitest'
import { createAccount } from '../../core/accounts/accounts.ts'
import { addKey, revokeKey } from '../../core/accounts/keys.ts'
import { newEd25519Pair } from '../../core/accounts/private-key/key-pair.ts'
import type { FileTree } from '../../core/files/file-tree.ts'
import { tables } from '../../db/db.ts'
import { accountAuthenticator } from '../../sftp/authenticator.ts'
import { createTestDatabase } from '../support/database.ts'

test('a login leaves its traces when it begins, and is welcome until its key is revoked', async () => {
  await using room = await createTestDatabase()
  const { database } = room
  const tenantId = await room.createTenant()
  const publicKey = `ssh-ed25519 ${newEd25519Pair().publicBlob.toString('base64')}`
  const now = new Date()
  const key = await database.asTenant(tenantId, async tx => {
    const account = await createAccount(tx, tenantId, { username: 'nightly' })
    return addKey(tx, tenantId, account.id, { label: 'batch', publicKey }, now)
  })
  const traces = () =>
    database.asTenant(tenantId, async tx => {
      const [account] = await tx.select().from(tables.sftpAccounts)
      const [used] = await tx.select().from(tables.sshKeys)
      const connections = await tx.select().from(tables.sftpConnections)
      return {
        login: account?.lastLoginAt != null,
        key: used?.lastUsedAt != null,
        connections: connections.length,
      }
    })
  const authenticator = accountAuthenticator(database, () => ({}) as FileTree)
  const login = await authenticator.authenticate({
    username: 'nightly',
    address: '203.0.113.7',
    client: 'a client',
    key: { algorithm: 'ssh-ed25519', blob: Buffer.from(publicKey.split(' ')[1] ?? '', 'base64') },
  })
  if (!login.accepted) throw new Error(login.reason)
  expect(await traces()).toEqual({ login: false, key: false, connections: 0 })
  const connection = await login.begin()
  expect(await traces()).toEqual({ login: true, key: true, connections: 1 })

  expect(await login.stillWelcome()).toEqual({ accepted: true })
  await database.asTenant(tenantId, tx => revokeKey(tx, tenantId, key.id))
  expect(await login.stillWelcome()).toMatchObject({
    accepted: false,
    reason: expect.stringContaining('revoked'),
  })
  await authenticator.recordEnd(connection, {
    reason: 'Revoked.',
    bytesReceived: 1,
    files: 0,
    at: new Date(),
  })
  const [row] = await database.asTenant(tenantId, tx => tx.select().from(tables.sftpConnections))
  expect(row).toMatchObject({ accepted: true, endReason: 'Revoked.' })
})
