import { execFile } from 'node:child_process'
import { randomBytes, randomUUID } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { localMasterKeys } from '../../../core/vault/master-keys.ts'
import { createVault } from '../../../core/vault/vault.ts'
import { memoryBucket } from './memory-bucket.ts'
import { MiB, writeObject } from './vault-room.ts'
import { vectors } from './vectors.ts'

const docs = new URL('../../../docs/', import.meta.url)

test('the published vectors are what the code makes', async () => {
  const made = `${JSON.stringify(vectors(), undefined, 2)}\n`
  await expect(made).toMatchFileSnapshot(new URL('encryption-vectors.json', docs).pathname)
})

/** Runs docs/decrypt.mjs with `given` on its standard input. */
const decrypt = (bodyFile: string, given: object) =>
  new Promise<{ code: number; output: Buffer; words: string }>(resolve => {
    const script = new URL('decrypt.mjs', docs).pathname
    const options = { encoding: 'buffer' as const, maxBuffer: 64 * MiB }
    const child = execFile(process.execPath, [script, bodyFile], options, (error, output, words) =>
      resolve({ code: error === null ? 0 : 1, output, words: words.toString() }),
    )
    child.stdin?.end(JSON.stringify(given))
  })

test('the decryptor of the documentation, which uses none of our code, reads what our writer wrote', async () => {
  const masterKey = randomBytes(32)
  const bucket = memoryBucket()
  const vault = createVault({ bucket, master: localMasterKeys(masterKey) })
  const tenantId = randomUUID()
  const wrappedTenantKey = await vault.newTenantKey(tenantId)
  const folder = await mkdtemp(join(tmpdir(), 'nightdrop-decrypt-'))
  try {
    for (const size of [0, 5, MiB, 6 * MiB + 77]) {
      const bytes = randomBytes(size)
      const object = await writeObject({ vault, tenantId, wrappedTenantKey }, bytes)
      const body = bucket.objects.get(object.storageKey) ?? Buffer.alloc(0)
      const file = join(folder, 'body')
      await writeFile(file, body)
      const given = {
        tenantId,
        objectId: object.objectId,
        size,
        masterKey: masterKey.toString('base64'),
        tenantKey: wrappedTenantKey.toString('base64'),
        objectKey: Buffer.from(object.wrappedKey).toString('base64'),
        commitment: Buffer.from(object.commitment).toString('base64'),
      }
      const sound = await decrypt(file, given)
      expect(sound.words).toBe('')
      expect(sound.output.equals(bytes)).toBe(true)

      await writeFile(file, body.subarray(0, -1))
      expect((await decrypt(file, given)).code).toBe(1)
      expect(
        (await decrypt(file, { ...given, commitment: randomBytes(32).toString('base64') })).words,
      ).toContain('not the key')
    }
  } finally {
    await rm(folder, { recursive: true })
  }
})
